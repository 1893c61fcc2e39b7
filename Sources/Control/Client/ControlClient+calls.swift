import ControlAPI
import FoundationEssentials
import Numbers

/// The API's calls. An answer that refuses is thrown, as `ControlError.problem`.
extension ControlClient {
  /// `GET /v1/status`
  public func status() async throws(ControlError) -> Status {
    try decoded(await request("GET", "/v1/status"))
  }

  /// `PUT /v1/filters/{name}/kernel`
  public func replaceKernel(_ filter: String, _ upload: KernelUpload) async throws(ControlError) -> KernelReport {
    let resample = upload.resample.map { "&resample=\($0)" } ?? ""
    let name = upload.name.map { "&name=\($0.percentEncoded)" } ?? ""
    let words = upload.words.map { "&words=\($0.percentEncoded)" } ?? ""
    let raw = upload.raw.map { raw in
      let numbers = [("skip", raw.skip), ("take", raw.take), ("rate", raw.rate)]
      return "&format=\(raw.format)" + numbers.map { key, value in value.map { "&\(key)=\($0)" } ?? "" }.joined()
    }
    let target = "/v1/filters/\(filter.percentEncoded)/kernel?channel=\(upload.channel)\(resample)\(name)\(words)\(raw ?? "")"
    return try decoded(await request("PUT", target, contentType: upload.contentType, body: upload.bytes))
  }

  /// `PATCH /v1/output`
  public func changeOutput(_ change: OutputChange) async throws(ControlError) -> Status.Output {
    try decoded(await send("PATCH", "/v1/output", change))
  }

  /// `PATCH /v1/filters`
  public func changeFilters(_ changes: [String: FilterChange]) async throws(ControlError) -> FilterList {
    try decoded(await send("PATCH", "/v1/filters", changes))
  }

  /// `POST /v1/verify`
  public func verify(_ request: VerificationRequest) async throws(ControlError) -> Answer {
    try await send("POST", "/v1/verify", request)
  }

  func send(_ method: String, _ target: String, _ document: some Encodable) async throws(ControlError) -> Answer {
    // Bools, text and finite numbers are always encodable.
    let body = (try? JSONEncoder().encode(document)) ?? Data()
    return try await request(method, target, contentType: "application/json", body: Array(body))
  }

  /// `GET /v1/config`
  public func configuration() async throws(ControlError) -> [UInt8] {
    let answer = try await request("GET", "/v1/config")
    guard answer.status == 200 else { throw .problem(problem(of: answer)) }
    return answer.body
  }

  /// `PUT /v1/config`
  public func replaceConfiguration(_ bytes: [UInt8]) async throws(ControlError) -> ConfigurationReport {
    try decoded(await request("PUT", "/v1/config", contentType: "application/yaml", body: bytes))
  }

  /// `POST /v1/config/check`
  public func checkConfiguration(_ upload: ConfigurationUpload) async throws(ControlError) -> ConfigurationReport {
    let query = upload.folder.map { "?folder=\($0.percentEncoded)" } ?? ""
    return try decoded(await request("POST", "/v1/config/check\(query)", contentType: "application/yaml", body: upload.bytes))
  }

  /// `POST /v1/config/reload`
  public func reloadConfiguration() async throws(ControlError) -> ConfigurationReport {
    try decoded(await request("POST", "/v1/config/reload", body: []))
  }

  /// As far as people read it: a daemon may say anything, at any length.
  func problem(of answer: Answer) -> Problem {
    guard var problem = try? document(Problem.self, of: answer.body) else {
      return Problem(status: answer.status, detail: "the daemon answered \(answer.status)")
    }
    problem.detail = bounded(problem.detail)
    problem.faults = problem.faults.map { faults in
      faults.prefix(Self.mostFaults).map { Problem.Fault(line: $0.line, message: bounded($0.message, 4 << 10)) }
    }
    return problem
  }

  private static var mostFaults: Int { 256 }

  /// The document of an answer.
  ///
  /// - Throws: `ControlError.problem` for an answer that refuses.
  public func decoded<Document: Decodable>(
    _ answer: Answer, as type: Document.Type = Document.self
  ) throws(ControlError) -> Document {
    guard (200..<300).contains(answer.status) else { throw .problem(problem(of: answer)) }
    do {
      return try document(Document.self, of: answer.body)
    } catch {
      let reason = bounded("\(error)", 4 << 10)
      throw .brokenOff(path: path, reason: "the answer is not what this version of the command understands: \(reason)")
    }
  }
}

/// JSON from a server, which may hold anything. Its names are compared.
private func document<Document: Decodable>(_ type: Document.Type, of bytes: [UInt8]) throws -> Document {
  guard !MarkRuns.areLong(json: bytes) else {
    throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: MarkRuns.fault))
  }
  return try JSONDecoder().decode(type, from: Data(bytes))
}

/// The first bytes of a text.
private func bounded(_ text: String, _ most: Int = 64 << 10) -> String {
  text.utf8.count <= most ? text : String(decoding: text.utf8.prefix(most), as: UTF8.self) + "…"
}
