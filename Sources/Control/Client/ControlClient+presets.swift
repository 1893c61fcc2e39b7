import ControlAPI

// Calls about presets and responses.
extension ControlClient {
  /// `GET /v1/presets`
  public func presets() async throws(ControlError) -> Answer { try await request("GET", "/v1/presets") }

  /// `PUT /v1/presets/{name}`, with changes that are not heard.
  public func savePreset(_ name: String, _ changes: [String: FilterChange] = [:]) async throws(ControlError) -> PresetReport {
    let target = Self.target(of: name)
    return try decoded(changes.isEmpty ? await request("PUT", target, body: []) : await send("PUT", target, changes))
  }

  /// `POST /v1/presets/{name}/activate`
  public func activatePreset(_ name: String, _ request: PresetActivation = PresetActivation()) async throws(ControlError) -> PresetUse {
    try decoded(await send("POST", Self.target(of: name) + "/activate", request))
  }

  /// `DELETE /v1/presets/{name}`
  public func deletePreset(_ name: String) async throws(ControlError) -> PresetList {
    try decoded(await request("DELETE", Self.target(of: name)))
  }

  private static func target(of name: String) -> String { "/v1/presets/\(name.percentEncoded)" }

  /// `GET /v1/filters/{name}/response` and `GET /v1/outputs/{output}/response`
  public func response(_ request: ResponseRequest) async throws(ControlError) -> Answer {
    let start = request.start.map { "&start=\($0)" } ?? ""
    let numbers = "points=\(request.points)&samples=\(request.samples)&frames=\(request.frames)\(start)"
    return switch request.subject {
    case .filter(let name): try await self.request("GET", "/v1/filters/\(name.percentEncoded)/response?\(numbers)")
    case .output(let output, let input): try await self.request("GET", "/v1/outputs/\(output)/response?input=\(input)&\(numbers)")
    }
  }
}
