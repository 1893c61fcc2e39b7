import ControlAPI
import Platform

extension Endpoint {
  /// The whole API, a row for each endpoint: routing, limits, checks and `GET /v1/openapi.json` are derived from it.
  static let all = general + responses + presets

  private static let general: [Endpoint] = [
    Endpoint(
      method: "GET", path: "/v1/status", operation: "getStatus", summary: "What the daemon does. Peaks are those since the last request.",
      answer: .document(.named("Status"), "The state.")
    ) { call in await call.status.next() },
    Endpoint(
      method: "GET", path: "/v1/config", operation: "getConfiguration", summary: "The text of the configuration in force.",
      answer: .content("application/yaml", "YAML")
    ) { call in
      Response(text: await call.handler.configurationText(), contentType: "application/yaml")
    },
    Endpoint(
      method: "PUT", path: "/v1/config", operation: "replaceConfiguration",
      summary: "Puts another configuration in its place, all or nothing; answers when it is heard.",
      body: .configuration, answer: .document(.named("ConfigurationReport"), "It has been taken over."), problems: [409, 422, 503],
      kind: .long
    ) { (call) async throws(Problem) in
      Response(try await call.handler.replaceConfiguration(by: ConfigurationUpload(bytes: call.body)))
    },
    Endpoint(
      method: "POST", path: "/v1/config/check", operation: "checkConfiguration",
      summary: "Validates a configuration, kernels and plan included, and changes nothing.",
      parameters: [
        Parameter(
          name: "folder", needs: "an absolute path without control characters",
          schema: #"{ "type": "string", "pattern": "^/[^\\u0000-\\u001F\\u007F-\\u009F]*$" }"#,
          documentation: "Absolute path that relative ones start from; else the folder of the daemon's configuration."
        ) { String(percentDecoding: $0).flatMap { $0.hasPrefix("/") && !$0.holdsControls ? $0 : nil } }
      ],
      body: .configuration, answer: .document(.named("ConfigurationReport"), "The configuration is in order."), problems: [422, 503],
      kind: .long
    ) { (call) async throws(Problem) in
      Response(try await call.handler.checkConfiguration(ConfigurationUpload(bytes: call.body, folder: call.query["folder"])))
    },
    Endpoint(
      method: "POST", path: "/v1/config/reload", operation: "reloadConfiguration",
      summary: "Reads the configuration file and its kernels again, all or nothing, as SIGHUP does.",
      answer: .document(.named("ConfigurationReport"), "It has been taken over."), problems: [409, 422, 503], kind: .long
    ) { (call) async throws(Problem) in Response(try await call.handler.reloadConfiguration()) },
    Endpoint(
      method: "PATCH", path: "/v1/filters", operation: "changeFilters",
      summary: "Changes several filters in one step, by their names; answers when that is heard.",
      parameters: [.check],
      body: .json(
        schema: """
          "schema": {
            "type": "object", "minProperties": 1,
            "additionalProperties": { "$ref": "#/components/schemas/FilterChange" }
          },
          "example": { "left": { "gain": -3, "delay": 480 }, "right": { "kernel": "room.wav", "channel": 1 } }
          """),
      answer: .document(.named("FilterList"), "All filters as they are now, or would be."), problems: [404, 409, 422, 503], kind: .long
    ) { (call) async throws(Problem) in
      let changes = try FilterChange.read(json: call.body)
      let handler = call.handler
      let list = call.isCheck ? try await handler.checkFilters(changes) : try await handler.changeFilters(changes)
      return await Response.of(list, count: list.filters.count)
    },
    Endpoint(
      method: "PUT", path: "/v1/filters/{name}/kernel", operation: "replaceKernel",
      summary: "Gives a filter another kernel; answers when it is heard.",
      parameters: [
        Parameter(
          name: "channel", needs: "a whole number from 0 to \(KernelUpload.maximumChannel)",
          schema: #"{ "type": "integer", "minimum": 0, "maximum": \#(KernelUpload.maximumChannel), "default": 0 }"#
        ) { Int($0).flatMap { (0...KernelUpload.maximumChannel).contains($0) ? "\($0)" : nil } },
        Parameter(
          name: "resample", needs: "true or false", schema: #"{ "type": "boolean" }"#,
          documentation: "Whether a kernel of another rate is resampled or refused; else as the configuration says."
        ) { Bool(String($0)).map { "\($0)" } },
        .text("name", "a file's name", most: KernelUpload.mostNameBytes, "What messages and the status call the kernel."),
        .check,
      ] + Endpoint.Parameter.contents,
      body: .kernel, answer: .document(.named("KernelReport"), "What was detected, and is heard, or would be."),
      problems: [404, 409, 422, 503],
      kind: .long
    ) { (call) async throws(Problem) in
      guard !call.body.isEmpty else { throw Problem(status: 400, detail: "the body is empty: it must be a kernel file") }
      let upload = try KernelUpload(call.body, call.contentType, call.query)
      if call.isCheck { return Response(try await call.handler.checkKernel(of: call.name, by: upload)) }
      return Response(try await call.handler.replaceKernel(of: call.name, by: upload))
    },
    Endpoint(
      method: "PATCH", path: "/v1/output", operation: "changeOutput",
      summary: "Sets volume, mute, bypass, dither or ceiling; what is not given stays.",
      body: .json(
        schema: """
          "schema": {
            "type": "object", "minProperties": 1, "additionalProperties": false,
            "properties": {
              "volume": { "type": "number", "minimum": -120, "maximum": 0, "description": "dB" },
              "mute": { "type": "boolean" },
              "bypass": { "type": "boolean" },
              "dither": { "type": "string", "enum": ["none", "tpdf"] },
              "ceiling": {
                "oneOf": [{ "type": "number", "minimum": -120, "maximum": 0 }, { "type": "string", "enum": ["none"] }],
                "description": "dB of full scale: a louder sample mutes the output."
              }
            }
          }
          """),
      answer: .document(.named("Output"), "The whole output as it is now.")
    ) { (call) async throws(Problem) in Response(try await call.handler.changeOutput(OutputChange(json: call.body))) },
    Endpoint(
      method: "POST", path: "/v1/verify", operation: "verify",
      summary: "Streams a random signal through a copy of the engine and compares it with np.convolve; answers when done.",
      body: .json(
        isOptional: true,
        schema: """
          "schema": {
            "type": "object", "additionalProperties": false,
            "properties": {
              "seconds": {
                "type": "number", "exclusiveMinimum": 0, "maximum": \(Int(VerificationRequest.mostSeconds)), "default": 10
              },
              "seed": {
                "type": "integer", "minimum": 0, "maximum": \(VerificationRequest.largestSeed),
                "description": "Of the signal; else a random one."
              }
            }
          }
          """),
      answer: .document(.named("VerificationReport"), "How the copy differs."), problems: [409, 422, 503], kind: .long
    ) { (call) async throws(Problem) in Response(try await call.handler.verify(VerificationRequest(json: call.body))) },
    Endpoint(
      method: "GET", path: "/v1/events", operation: "listenToEvents",
      summary: "Server-sent events: state, xruns, changes, realtime and, a few times a second, levels.",
      answer: .content(Event.contentType, "One JSON document an event.", schema: .string), problems: [503], kind: .events
    ) { _ in Response(text: [], contentType: Event.contentType) },
    Endpoint(
      method: "GET", path: "/v1/openapi.json", operation: "getDescription", summary: "This description.",
      answer: .document(.anyObject, "OpenAPI 3.1.")
    ) { _ in Response(text: Array(apiDescription.utf8), contentType: "application/json") },
    Endpoint(
      method: "GET", path: "/metrics", operation: "getMetrics",
      summary: "Counters, gauges and the histogram of the load in Prometheus' text format, version 0.0.4.",
      answer: .content("text/plain", "Metrics", schema: .string)
    ) { call in await call.metrics.next() },
  ]
}
