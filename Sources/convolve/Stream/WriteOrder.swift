import AudioFile
import Dispatch
import Synchronization

/// Makes threads write in the order of their chunks. After an error no thread reads or writes any more.
final class WriteOrder: Sendable {
  /// One for each chunk that can be in work.
  private let semaphores: [DispatchSemaphore]
  private let failure = Mutex<AudioFileError?>(nil)

  init(_ jobs: Int) {
    // Releasing a semaphore whose count is below its first one ends the process, so each begins with 0.
    semaphores = (0..<jobs).map { _ in DispatchSemaphore(value: 0) }
    semaphores[0].signal()
  }

  /// The next chunk; nil after the last, or an error.
  func next(from chunks: ChunkSource, into bytes: UnsafeMutableRawBufferPointer) -> Chunk? {
    if failure.withLock({ $0 != nil }) { return nil }
    do throws(AudioFileError) {
      return try chunks.next(into: bytes)
    } catch {
      fail(error)
      return nil
    }
  }

  /// Waits until every chunk before `index` is written, then calls `body`, unless there was an error.
  func write(_ index: Int, _ body: () throws(AudioFileError) -> Void) {
    semaphores[index % semaphores.count].wait()
    defer { semaphores[(index + 1) % semaphores.count].signal() }
    if failure.withLock({ $0 != nil }) { return }
    do throws(AudioFileError) { try body() } catch { fail(error) }
  }

  /// Throws the first error.
  func check() throws(AudioFileError) {
    if let error = failure.withLock({ $0 }) { throw error }
  }

  /// Stops the threads. Only the first error is kept.
  private func fail(_ error: AudioFileError) { failure.withLock { if $0 == nil { $0 = error } } }
}
