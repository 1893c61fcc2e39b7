import ControlAPI

extension Endpoint {
  static let responses: [Endpoint] = [
    Endpoint(
      method: "GET", path: "/v1/filters/{name}/response", operation: "getFilterResponse",
      summary: "How a filter responds, gain and delay included: by frequency, and over time.",
      parameters: Parameter.response, answer: .document(.named("FilterResponse"), "The response."), problems: [404, 503], kind: .long
    ) { (call) async throws(Problem) in try await respond(.filter(call.name), call) },
    Endpoint(
      method: "GET", path: "/v1/outputs/{output}/response", operation: "getOutputResponse",
      summary: "How an output responds to one input: the sum of all filters between them.",
      pathSchema: channelSchema,
      parameters: Parameter.response + [
        .number("input", in: 0...ResponseRequest.mostChannel, default: 0, "Channel of the capture device, from 0.")
      ], answer: .document(.named("FilterResponse"), "The response."), problems: [404, 503], kind: .long
    ) { (call) async throws(Problem) in
      guard let output = Int(call.name), (0...ResponseRequest.mostChannel).contains(output) else {
        throw .badRequest("the output is a whole number from 0 to \(ResponseRequest.mostChannel)")
      }
      return try await respond(.output(output, input: call.number("input") ?? 0), call)
    },
  ]

  private static let channelSchema = #"{ "type": "integer", "minimum": 0, "maximum": \#(ResponseRequest.mostChannel) }"#

  private static func respond(_ subject: ResponseRequest.Subject, _ call: Call) async throws(Problem) -> Response {
    var request = ResponseRequest(subject)
    request.points = call.number("points") ?? request.points
    request.samples = call.number("samples") ?? request.samples
    request.start = call.number("start")
    request.frames = call.number("frames") ?? request.frames
    return await Response.of(try await call.handler.response(request), count: 4 * (request.points + request.samples))
  }
}

extension Endpoint.Call {
  /// A parameter that has been checked.
  fileprivate func number(_ name: String) -> Int? { query[name].flatMap { Int($0) } }
}

extension Endpoint.Parameter {
  fileprivate static let response: [Self] = {
    let usual = ResponseRequest(.filter(""))
    return [
      .number("points", in: ResponseRequest.points, default: usual.points, "Frequencies from 10 Hz to half the rate, of equal ratios."),
      .number("samples", in: ResponseRequest.samples, default: usual.samples, "The most points of the impulse and of the step."),
      .number(
        "start", in: 0...ResponseRequest.mostStart,
        "The first frame that these show; else one that leaves a fourth of them before the peak."),
      .number("frames", in: ResponseRequest.frames, default: usual.frames, "How many frames these show."),
    ]
  }()
}
