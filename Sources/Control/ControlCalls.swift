import FoundationEssentials

/// The API's calls. An answer that refuses is thrown, as `ControlError.problem`.
extension ControlClient {
  /// `GET /v1/status`
  public func status() async throws(ControlError) -> Status {
    try decoded(await request("GET", "/v1/status"))
  }

  /// `PUT /v1/filters/{name}/kernel`
  public func replaceKernel(_ filter: String, _ upload: KernelUpload) async throws(ControlError) -> KernelReport {
    let target = "/v1/filters/\(filter.percentEncoded)/kernel?channel=\(upload.channel)"
    return try decoded(await request("PUT", target, contentType: upload.contentType, body: upload.bytes))
  }

  /// `PATCH /v1/output`
  public func changeOutput(_ change: OutputChange) async throws(ControlError) -> Status.Output {
    // Bools and finite numbers are always encodable.
    let body = (try? JSONEncoder().encode(change)) ?? Data()
    return try decoded(await request("PATCH", "/v1/output", contentType: "application/json", body: Array(body)))
  }

  /// The document of an answer.
  ///
  /// - Throws: `ControlError.problem` for an answer that refuses.
  public func decoded<Document: Decodable>(
    _ response: Response, as type: Document.Type = Document.self
  ) throws(ControlError) -> Document {
    guard (200..<300).contains(response.status) else {
      let problem = try? JSONDecoder().decode(Problem.self, from: Data(response.body))
      throw .problem(problem ?? Problem(status: response.status, detail: "the daemon answered \(response.status)"))
    }
    do {
      return try JSONDecoder().decode(Document.self, from: Data(response.body))
    } catch {
      throw .brokenOff(path: path, reason: "the answer is not what this version of the command understands: \(error)")
    }
  }
}
