import ControlAPI

/// The answer of `GET /v1/openapi.json`: OpenAPI 3.1, of all rows of `Endpoint.all`.
let apiDescription = """
  {
    "openapi": "3.1.0",
    "info": {
      "title": "convolved",
      "version": "1",
      "description": "Controls a running convolved over its Unix socket. A request that fails changes nothing that is heard."
    },
    "servers": [{ "url": "http://localhost" }],
    "paths": {
  \(paths)
    },
  \(components.replacing("$documents", with: documents))
  }

  """

private var documents: String {
  Schema.documents.map { "\"\($0.name)\": \($0.schema.text)" }.joined(separator: ",\n").indented.indented.indented
}

private var paths: String {
  var templates: [String] = []
  for endpoint in Endpoint.all where !templates.contains(endpoint.path) { templates.append(endpoint.path) }
  return templates.map { template in
    let methods = Endpoint.all.filter { $0.path == template }.map { "\"\($0.method.lowercased())\": \($0.description)" }
    return "\"\(template)\": {\n\(methods.joined(separator: ",\n").indented)\n}"
  }.joined(separator: ",\n").indented.indented
}

extension Endpoint {
  fileprivate var description: String {
    var members = ["\"operationId\": \"\(operation)\"", "\"summary\": \"\(summary)\""]
    let inPath = path.matches(of: /\{([a-z]+)\}/).map { name in
      #"{ "name": "\#(name.1)", "in": "path", "required": true, "schema": \#(pathSchema) }"#
    }
    let all = inPath + parameters.map(\.description)
    if !all.isEmpty { members.append("\"parameters\": [\n\(all.joined(separator: ",\n").indented)\n]") }
    if let body = body.description { members.append("\"requestBody\": \(body)") }
    let refusals = Set(problems + Self.anyProblems).sorted().map { ##""\##($0)": { "$ref": "#/components/responses/problem" }"## }
    let responses = ["\"200\": \(answer.description)"] + refusals
    members.append("\"responses\": {\n\(responses.joined(separator: ",\n").indented)\n}")
    return "{\n\(members.joined(separator: ",\n").indented)\n}"
  }

  /// Statuses with which any request may be refused before its handler sees it, or after.
  private static let anyProblems = [400, 403, 408, 413, 414, 415, 417, 431, 500, 501, 503]
}

extension Endpoint.Parameter {
  fileprivate var description: String {
    let text = documentation.map { #", "description": "\#($0)""# } ?? ""
    return #"{ "name": "\#(name)", "in": "query", "schema": \#(schema)\#(text) }"#
  }
}

extension Endpoint.Body {
  fileprivate var description: String? {
    switch self {
    case .none: return nil
    case .configuration: return ##"{ "$ref": "#/components/requestBodies/configuration" }"##
    case .kernel: return ##"{ "$ref": "#/components/requestBodies/kernel" }"##
    case .json(let isOptional, let schema):
      let content = "\"content\": {\n  \"application/json\": {\n\(schema.indented.indented)\n  }\n}"
      return "{\n\((isOptional ? content : "\"required\": true,\n" + content).indented)\n}"
    }
  }
}

extension Endpoint.Answer {
  fileprivate var description: String {
    switch self {
    case .document(let schema, let text):
      #"{ "description": "\#(text)", "content": { "application/json": { "schema": \#(schema.text) } } }"#
    case .content(let type, let text, let schema):
      #"{ "description": "\#(text)", "content": { "\#(type)": {\#(schema.map { " \"schema\": \($0.text) " } ?? "")} } }"#
    }
  }
}

extension String {
  /// Each line two spaces further in.
  fileprivate var indented: String { split(separator: "\n").map { "  " + $0 }.joined(separator: "\n") }
}

private let components = #"""
    "components": {
      "requestBodies": {
        "kernel": {
          "required": true, "description": "A kernel file: its kind is told by Content-Type, else by its first bytes.",
          "content": {
            "application/octet-stream": { "schema": { "type": "string", "format": "binary", "minLength": 1 } },
            "audio/*": { "schema": { "type": "string", "format": "binary", "minLength": 1 } },
            "text/plain": { "schema": { "type": "string", "minLength": 1 } }
          }
        },
        "configuration": {
          "required": true, "description": "A configuration file, 1 MiB at the most.",
          "content": { "application/yaml": { "schema": { "type": "string", "format": "binary" } } }
        }
      },
      "responses": {
        "problem": {
          "description": "Why not: RFC 9457.",
          "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } }
        }
      },
      "schemas": {
        "FilterChange": {
          "type": "object", "minProperties": 1, "additionalProperties": false,
          "properties": {
            "kernel": {
              "type": "string", "minLength": 1, "pattern": "^[^\\u0000-\\u001F\\u007F-\\u009F]+$",
              "description": "Path from the configuration's folder, or words."
            },
            "channel": { "type": "integer", "minimum": 0, "maximum": \#(KernelUpload.maximumChannel), "description": "Of the kernel file." },
            "gain": { "type": "number", "minimum": \#(Int(FilterChange.gains.lowerBound)), "maximum": \#(Int(FilterChange.gains.upperBound)), "description": "dB" },
            "delay": { "type": "integer", "minimum": 0, "maximum": \#(FilterChange.mostDelay), "description": "Frames" }
          },
          "dependentRequired": { "channel": ["kernel"] }
        },
  $documents
      }
    }
  """#
