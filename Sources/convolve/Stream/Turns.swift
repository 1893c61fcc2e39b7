import AudioFile
import Dispatch
import Synchronization

/// Lets threads write in the order of their chunks. After an error nobody reads or writes any more.
final class Turns: Sendable {
  /// One for each chunk that can be under way.
  private let semaphores: [DispatchSemaphore]
  private let failure = Mutex<AudioFileError?>(nil)

  init(_ jobs: Int) {
    // One whose count is below its first when it goes away ends the process: each begins with 0.
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

  /// Calls `body` once every chunk before `index` had its turn, unless there was an error.
  func take(_ index: Int, _ body: () throws(AudioFileError) -> Void) {
    semaphores[index % semaphores.count].wait()
    defer { semaphores[(index + 1) % semaphores.count].signal() }
    if failure.withLock({ $0 != nil }) { return }
    do throws(AudioFileError) { try body() } catch { fail(error) }
  }

  func check() throws(AudioFileError) {
    if let error = failure.withLock({ $0 }) { throw error }
  }

  /// The first error is the one that is told.
  private func fail(_ error: AudioFileError) { failure.withLock { if $0 == nil { $0 = error } } }
}
