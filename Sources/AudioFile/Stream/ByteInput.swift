import Glibc

/// The bytes of a sound from start to end: of a pipe, a file or memory. Bytes that were looked at are still read.
final class ByteInput {
  /// What messages call it.
  let name: String
  private let medium: Medium
  /// Bytes that were taken from the medium.
  private var taken = 0
  /// The last of them, which were looked at and not yet read.
  private var ahead: [UInt8] = []
  /// Where to return to, and what a pipe gave since; nil if nobody will.
  private var mark: (place: Int, bytes: [UInt8])?

  private enum Medium {
    case stream(ByteStream)
    case file(OpenFile)
    case memory([UInt8])
  }

  init(_ stream: ByteStream) { (medium, name) = (.stream(stream), stream.name) }

  /// A file from the descriptor's position on. The descriptor stays the caller's. Source: lseek(2)
  init(_ descriptor: borrowing FileDescriptor, name: String) throws(AudioFileError) {
    let start = max(0, Int(lseek(descriptor.number, 0, SEEK_CUR)))
    let size = try descriptor.size(name: name)
    (medium, self.name) = (.file(OpenFile(descriptor, bytes: min(start, size)..<size)), name)
  }

  init(_ bytes: [UInt8], name: String) { (medium, self.name) = (.memory(bytes), name) }

  /// All bytes of `input`, from the first one on.
  init(_ input: WholeInput, name: String) {
    self.name = name
    switch input {
    case .file(let file, let start): (medium, taken) = (.file(file), start - file.bytes.lowerBound)
    case .memory(let bytes): medium = .memory(bytes)
    }
  }

  /// The file's name; nil for a pipe or memory.
  var path: String? {
    if case .file = medium, name != ByteStream.standardInput.name { name } else { nil }
  }

  /// Bytes that are still to be read; nil for a pipe.
  var bytesLeft: Int? {
    switch medium {
    case .stream: nil
    case .file(let file): file.bytes.count - taken + ahead.count
    case .memory(let bytes): bytes.count - taken + ahead.count
    }
  }

  /// Bytes that were read.
  var position: Int { taken - ahead.count }

  /// The next `count` bytes, or fewer at the end. They are still to be read.
  func peek(_ count: Int) throws(AudioFileError) -> [UInt8] {
    if ahead.count < count {
      var more = [UInt8](repeating: 0, count: count - ahead.count)
      let result = more.withUnsafeMutableBytes { room in Result { () throws(AudioFileError) in try take(into: room) } }
      ahead += more[..<(try result.get())]
    }
    return Array(ahead.prefix(count))
  }

  /// Fills `room`, or less of it at the end. Returns how many bytes were read.
  func read(into room: UnsafeMutableRawBufferPointer) throws(AudioFileError) -> Int {
    let first = min(ahead.count, room.count)
    if first > 0 {
      room.copyBytes(from: ahead[..<first])
      ahead.removeFirst(first)
    }
    if first == room.count { return first }
    return first + (try take(into: UnsafeMutableRawBufferPointer(rebasing: room[first...])))
  }

  /// Reads `count` bytes, or fewer at the end.
  func read(upTo count: Int) throws(AudioFileError) -> [UInt8] {
    let bytes = try peek(count)
    ahead.removeFirst(bytes.count)
    return bytes
  }

  /// Passes over `count` bytes. Returns whether so many were there.
  func skip(_ count: Int) throws(AudioFileError) -> Bool {
    var left = count
    if let there = bytesLeft {
      let step = min(left, there)
      let held = min(step, ahead.count)
      ahead.removeFirst(held)
      taken += step - held
      return step == count
    }
    while left > 0 {
      let part = try read(upTo: min(left, 65_536))
      if part.isEmpty { return false }
      left -= part.count
    }
    return true
  }

  /// Keeps what is read from now on, so that `rewind` gives it once more.
  func keep() { mark = (position, ahead) }

  /// Forgets what was kept.
  func forget() { mark = nil }

  /// Returns to where `keep` was called.
  func rewind() {
    guard let mark else { return }
    if case .stream = medium { ahead = mark.bytes } else { (taken, ahead) = (mark.place, []) }
    forget()
  }

  /// Calls `body` beyond `count` bytes, and returns to where it was.
  ///
  /// - Precondition: it is no pipe.
  func beyond<Value>(_ count: Int, _ body: () throws(AudioFileError) -> Value) throws(AudioFileError) -> Value {
    precondition(bytesLeft != nil, "a pipe does not go back")
    let place = (taken, ahead)
    defer { (taken, ahead) = place }
    _ = try skip(count)
    return try body()
  }

  /// All that is still to be read, as libsndfile takes it: a file, or bytes in memory. A pipe is read to its end.
  func whole() throws(AudioFileError) -> WholeInput {
    let place = position
    switch medium {
    case .stream(let stream): return .memory(ahead + (try stream.contents()))
    case .file(let file): return .file(file, start: file.bytes.lowerBound + place)
    case .memory(let bytes): return .memory(Array(bytes[place...]))
    }
  }

  private func take(into room: UnsafeMutableRawBufferPointer) throws(AudioFileError) -> Int {
    var count = 0
    switch medium {
    case .stream(let stream):
      count = try stream.read(into: room)
      if let kept = mark?.bytes.count, mark!.bytes.capacity < kept + count { try AudioFileError.checkMemory(3 * (kept + count), for: name) }
      mark?.bytes += room[..<count]
    case .file(let file): count = try file.read(at: taken, into: room, name: name)
    case .memory(let bytes):
      count = min(room.count, bytes.count - taken)
      bytes.withUnsafeBytes { room.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[taken..<taken + count])) }
    }
    taken += count
    return count
  }
}

/// All bytes of an input.
enum WholeInput {
  case file(OpenFile, start: Int)
  case memory([UInt8])

  /// Bytes from `offset` on, fewer at the end.
  func bytes(at offset: Int, _ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { $1 = read(at: offset, into: UnsafeMutableRawBufferPointer($0)) }
  }

  /// Fills `room` with the bytes from `offset` on, or less of it at the end. Returns how many.
  func read(at offset: Int, into room: UnsafeMutableRawBufferPointer) -> Int {
    let wanted = max(0, min(room.count, count - offset))
    if wanted == 0 { return 0 }
    switch self {
    case .file(let file, let start):
      var failure: Int32 = 0
      return file.descriptor.read(at: start + offset, into: UnsafeMutableRawBufferPointer(rebasing: room[..<wanted]), &failure)
    case .memory(let bytes):
      bytes.withUnsafeBytes { room.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + wanted])) }
      return wanted
    }
  }

  /// Bytes of the whole.
  var count: Int {
    switch self {
    case .file(let file, let start): max(0, file.bytes.upperBound - start)
    case .memory(let bytes): bytes.count
    }
  }
}

/// A file that stays open as long as the value.
final class OpenFile {
  /// Those of the file that belong to the sound.
  let bytes: Range<Int>
  let descriptor: FileDescriptor

  init(_ descriptor: borrowing FileDescriptor, bytes: Range<Int>) {
    self.descriptor = FileDescriptor(owning: dup(descriptor.number))
    self.bytes = bytes
  }

  /// Fills `room`, or less of it at the end that the file had when it was opened: what grows is read as far as it was promised.
  func read(at offset: Int, into room: UnsafeMutableRawBufferPointer, name: String) throws(AudioFileError) -> Int {
    var failure: Int32 = 0
    // What has no size may be a file of the system's: reading it tells why it cannot be read.
    let most = bytes.isEmpty ? room.count : max(0, min(room.count, bytes.count - offset))
    let part = UnsafeMutableRawBufferPointer(rebasing: room[..<most])
    let count = descriptor.read(at: bytes.lowerBound + offset, into: part, &failure)
    if failure != 0 { throw .reading(name, failure) }
    return count
  }
}
