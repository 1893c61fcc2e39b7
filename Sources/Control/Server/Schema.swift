/// A JSON Schema, as far as answers need it.
indirect enum Schema: Sendable {
  case string
  case integer
  case number
  case boolean
  /// One of these texts.
  case texts([String])
  case nullable(Schema)
  case list(Schema)
  /// Members of any name.
  case map(Schema)
  /// A schema of `documents`.
  case named(String)
  case object([Member])
  case anyObject

  struct Member: Sendable {
    let name: String
    let schema: Schema
    /// Whether it may be left out.
    var isOptional = false
    var documentation: String?

    /// One that is always there.
    static func member(_ name: String, _ schema: Schema, _ documentation: String? = nil) -> Member {
      Member(name: name, schema: schema, documentation: documentation)
    }

    /// One that is left out where there is nothing to say.
    static func optional(_ name: String, _ schema: Schema, _ documentation: String? = nil) -> Member {
      Member(name: name, schema: schema, isOptional: true, documentation: documentation)
    }
  }

  /// The members of an object, as JSON.
  private var members: String {
    switch self {
    case .string: #""type": "string""#
    case .integer: #""type": "integer""#
    case .number: #""type": "number""#
    case .boolean: #""type": "boolean""#
    case .texts(let texts): #""type": "string", "enum": \#(Self.list(texts))"#
    case .nullable(.integer): #""type": ["integer", "null"]"#
    case .nullable(.number): #""type": ["number", "null"]"#
    case .nullable(let schema): #""oneOf": [\#(schema.text), { "type": "null" }]"#
    case .list(let schema): #""type": "array", "items": \#(schema.text)"#
    case .map(let schema): #""type": "object", "additionalProperties": \#(schema.text)"#
    case .anyObject: #""type": "object""#
    case .named(let name): ##""$ref": "#/components/schemas/\##(name)""##
    case .object(let members):
      #""type": "object", "required": \#(Self.list(members.filter { !$0.isOptional }.map(\.name))), "properties": {"# + "\n"
        + members.map { "  " + $0.text }.joined(separator: ",\n") + "\n}"
    }
  }

  private static func list(_ texts: [String]) -> String { "[" + texts.map { "\"\($0)\"" }.joined(separator: ", ") + "]" }

  /// As JSON.
  var text: String { "{ \(members) }" }

  fileprivate func text(_ documentation: String?) -> String {
    "{ \(members)\(documentation.map { #", "description": "\#($0)""# } ?? "") }"
  }
}

extension Schema.Member {
  fileprivate var text: String { "\"\(name)\": \(schema.text(documentation))" }
}
