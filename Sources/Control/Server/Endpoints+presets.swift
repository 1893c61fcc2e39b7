import ControlAPI

extension Endpoint {
  static let presets: [Endpoint] = [
    Endpoint(
      method: "GET", path: "/v1/presets", operation: "listPresets", summary: "The presets: sets of filters that are held ready.",
      answer: .document(.named("PresetList"), "All presets."), kind: .long
    ) { call in Response(await call.handler.listPresets()) },
    Endpoint(
      method: "PUT", path: "/v1/presets/{name}", operation: "savePreset",
      summary: "Saves the filters in force under a name, with changes as PATCH /v1/filters takes them, which are not heard.",
      pathSchema: nameSchema,
      body: .json(
        isOptional: true,
        schema: """
          "schema": {
            "type": "object",
            "additionalProperties": { "$ref": "#/components/schemas/FilterChange" }
          }
          """),
      answer: .document(.named("PresetReport"), "What was saved."), problems: [404, 409, 422, 503], kind: .long
    ) { (call) async throws(Problem) in
      Response(try await call.handler.savePreset(call.name, call.body.isEmpty ? [:] : FilterChange.read(json: call.body, isOptional: true)))
    },
    Endpoint(
      method: "DELETE", path: "/v1/presets/{name}", operation: "deletePreset", summary: "Deletes a preset. What is heard stays.",
      pathSchema: nameSchema, answer: .document(.named("PresetList"), "The presets that are left."), problems: [404, 503]
    ) { (call) async throws(Problem) in Response(try await call.handler.deletePreset(call.name)) },
    Endpoint(
      method: "POST", path: "/v1/presets/{name}/activate", operation: "activatePreset",
      summary: "Switches to a preset by one cross-fade; answers when it is heard.",
      pathSchema: nameSchema,
      body: .json(
        isOptional: true,
        schema: """
          "schema": {
            "type": "object", "additionalProperties": false,
            "properties": {
              "match": {
                "oneOf": [
                  { "type": "boolean", "const": true },
                  { "type": "array", "maxItems": \(PresetActivation.Match.most), "items": \(nameSchema) }
                ],
                "description": "Presets, or all: to the quietest it is attenuated, and to the latest delayed."
              },
              "trim": { "type": "number", "minimum": \(Int(PresetActivation.trims.lowerBound)), "maximum": 0, "description": "dB" }
            }
          }
          """),
      answer: .document(.named("PresetUse"), "What is heard."), problems: [404, 409, 422, 503], kind: .long
    ) { (call) async throws(Problem) in
      let use = try await call.handler.activatePreset(call.name, PresetActivation(json: call.body))
      return await Response.of(use, count: use.filters.count)
    },
  ]

  private static let nameSchema = #"{ "type": "string", "pattern": "\#(PresetName.pattern)" }"#
}
