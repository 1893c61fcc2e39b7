/// An answer for which many may ask at once: made once for all who wait, one at a time.
///
/// It is never older than the request: who asks while it is made gets the next one, and sees what was changed before.
actor SharedAnswer {
  private let make: @Sendable () async -> Response
  private var waiting: [CheckedContinuation<Response, Never>] = []
  private var isMaking = false

  init(_ make: @escaping @Sendable () async -> Response) { self.make = make }

  func next() async -> Response {
    await withCheckedContinuation { continuation in
      waiting.append(continuation)
      guard !isMaking else { return }
      isMaking = true
      Task { await makeAll() }
    }
  }

  private func makeAll() async {
    while !waiting.isEmpty {
      let those = waiting
      waiting = []
      let response = await make()
      for continuation in those { continuation.resume(returning: response) }
    }
    isMaking = false
  }
}
