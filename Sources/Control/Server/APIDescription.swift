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
  \(components.replacing("$counters", with: counters))
  }

  """

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
    var members = ["\"summary\": \"\(summary)\""]
    let inPath = path.contains("{name}") ? [#"{ "name": "name", "in": "path", "required": true, "schema": { "type": "string" } }"#] : []
    let all = inPath + parameters.map(\.description)
    if !all.isEmpty { members.append("\"parameters\": [\n\(all.joined(separator: ",\n").indented)\n]") }
    if let body = body.description { members.append("\"requestBody\": \(body)") }
    let refusals = problems.map { ##""\##($0)": { "$ref": "#/components/responses/problem" }"## }
    let responses = ["\"200\": \(answer.description)"] + refusals
    members.append("\"responses\": {\n\(responses.joined(separator: ",\n").indented)\n}")
    return "{\n\(members.joined(separator: ",\n").indented)\n}"
  }
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
    case .json(let isOptional, _, let schema):
      let content = "\"content\": {\n  \"application/json\": {\n\(schema.indented.indented)\n  }\n}"
      return "{\n\((isOptional ? content : "\"required\": true,\n" + content).indented)\n}"
    }
  }
}

extension Endpoint.Answer {
  fileprivate var description: String {
    switch self {
    case .document: ##"{ "$ref": "#/components/responses/document" }"##
    case .configuration: ##"{ "$ref": "#/components/responses/configuration" }"##
    case .content(let type, let text): #"{ "description": "\#(text)", "content": { "\#(type)": {} } }"#
    }
  }
}

extension String {
  /// Each line two spaces further in.
  fileprivate var indented: String { split(separator: "\n").map { "  " + $0 }.joined(separator: "\n") }
}

/// The members of `Status.Guards`.
private var counters: String {
  Counter.guards.map { counter in
    #"            "\#(counter.rawValue)": { "type": "integer", "description": "\#(counter.row.help)" }"#
  }.joined(separator: ",\n")
}

private let components = #"""
    "components": {
      "requestBodies": {
        "kernel": {
          "required": true, "description": "A kernel file: its kind is told by Content-Type, else by its first bytes.",
          "content": { "audio/*": {}, "text/*": {}, "application/octet-stream": {} }
        },
        "configuration": {
          "required": true, "description": "A configuration file, 1 MiB at the most.",
          "content": { "application/yaml": {} }
        }
      },
      "responses": {
        "document": { "description": "A JSON document.", "content": { "application/json": {} } },
        "configuration": {
          "description": "The configuration is in order.",
          "content": { "application/json": { "schema": { "$ref": "#/components/schemas/ConfigurationReport" } } }
        },
        "problem": {
          "description": "Why not: RFC 9457.",
          "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } }
        }
      },
      "schemas": {
        "ConfigurationReport": {
          "type": "object",
          "properties": {
            "filters": { "type": "integer" },
            "plan": { "type": "string" },
            "load": { "type": "number", "description": "Predicted share of its time that a block takes." },
            "workersLoad": { "type": "number", "description": "That of the busiest worker; left out where there is none." },
            "restart": { "type": "array", "items": { "type": "string" }, "description": "Keys whose change takes a restart." },
            "interrupts": {
              "type": "array", "items": { "type": "string" }, "description": "Keys whose change makes the sound pause."
            },
            "cause": { "type": "string", "description": "Why nothing is heard though it has been taken over." }
          }
        },
        "FilterChange": {
          "type": "object", "minProperties": 1,
          "properties": {
            "kernel": { "type": "string", "description": "Path from the configuration's folder, or a specification." },
            "channel": { "type": "integer", "minimum": 0, "maximum": 1023, "description": "Of the kernel file." },
            "gain": { "type": "number", "minimum": -200, "maximum": 60, "description": "dB" },
            "delay": { "type": "integer", "minimum": 0, "maximum": 1048576, "description": "Frames" }
          }
        },
        "Guards": {
          "type": "object", "description": "The member `guards` of the status: counts since the start.",
          "properties": {
  $counters
          }
        },
        "Problem": {
          "type": "object",
          "properties": {
            "type": { "type": "string" },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "detail": { "type": "string", "description": "The text that the commands print." },
            "faults": {
              "type": "array", "description": "All that is wrong with a configuration.",
              "items": {
                "type": "object", "properties": { "line": { "type": "integer" }, "message": { "type": "string" } }
              }
            }
          }
        }
      }
    }
  """#
