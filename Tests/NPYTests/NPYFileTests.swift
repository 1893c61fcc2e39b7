import NPY
import Foundation
import NumPy
import TestSupport
import Testing

@Suite struct NPYFileTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  @Test("Files of np.save, written back, are the same bytes")
  func roundTrip() throws {
    let (types, counts) = (ElementType.allCases, [0, 1, 7, 100_000])
    let save = "np.save(f'\(folder.path)/{t}-{n}.npy', np.random.default_rng(1).integers(0, 2, n).astype(t))"
    try python("[\(save) for t in \(types.map(\.rawValue)) for n in \(counts)]")
    for type in types {
      for count in counts {
        let bytes = contents(folder.file("\(type)-\(count).npy"))
        let array = try NumPyArray(npy: bytes, name: "x.npy")
        #expect(array.shape == [count] && array.elementType == type)
        #expect(array.npy() == bytes)
      }
    }
  }

  @Test("Every type, version, byte order, memory order and shape is read as NumPy reads it, and written as it writes it")
  func corpus() throws {
    let completed = try run(Location.python, [Location.package + "/Tests/Reference/npy_corpus.py", folder.path])
    let count = try #require(Int(completed.output.filter(\.isNumber)), "\(completed.error)")
    #expect(count > 500)
    for index in 0..<count {
      let plain = contents(folder.file("\(index).plain.npy"))
      let array = try NumPyArray(npy: contents(folder.file("\(index).npy")), name: "\(index).npy")
      #expect(array.npy() == plain, "\(index).npy: \(array.elementType) \(array.shape)")
    }
  }

  @Test("Scalars have no dimension, and count as one value")
  func scalar() throws {
    let array = try NumPyArray(npy: try saved("np.float64(2.5)"), name: "x.npy")
    #expect(array.shape == [])
    #expect(try convolve(array, NumPyArray([1.0, 2.0])) == NumPyArray([2.5, 5.0]))
    #expect(array.npy() == (try saved("np.float64(2.5)")))
  }

  @Test("Header versions 1.0 to 3.0 are read", arguments: [(1, 0), (2, 0), (3, 0)])
  func versions(version: (Int, Int)) throws {
    let path = folder.file("v.npy")
    try python("np.lib.format.write_array(open('\(path)', 'wb'), np.arange(3.), version=\(version))")
    #expect(try NumPyArray(npy: contents(path), name: "v.npy") == NumPyArray([0.0, 1, 2]))
  }

  @Test("More than one dimension is refused in NumPy's words")
  func deep() throws {
    let array = try NumPyArray(npy: try saved("np.ones((2, 3))"), name: "x.npy")
    #expect(array.shape == [2, 3])
    #expect(message { try convolve(array, NumPyArray([1.0])) } == "object too deep for desired array")
    #expect(message { try convolve(NumPyArray([1.0]), array) } == "object too deep for desired array")
  }

  @Test("A dtype by any name that np.load takes is read, and no other")
  func names() throws {
    let names = [
      "<f8", "=f8", "|f8", ">f8", "f8", "d", "<d", "float64", "<float64", "double", "float", "f", ">f", "single", "float32", "e", "half",
      "l", "q",
      "int64", "int", "int_", "long", "p", "intp", "L", "Q", "uint64", "uint", "i", "int32", "intc", "h", "int16", "short", "b", "int8",
      "byte",
      "B", "uint8", "ubyte", "?", "bool", "b1", "|b1", "bool_", "D", "complex128", "complex", "cdouble", "F", "csingle", "H", "I", "ushort",
      "uintc",
      "g", "longdouble", "f16", "x", "", "f3", "8f", "<", "<<f8", "Float64", "int128", "p8", "q8", "d8",
    ]
    let script = """
      import io, json, sys, numpy as np
      for name in json.loads(sys.argv[1]):
          text = f"{{'descr': {name!r}, 'fortran_order': False, 'shape': (2,)}}".encode()
          try: array = np.load(io.BytesIO(b'\\x93NUMPY\\1\\0' + len(text).to_bytes(2, 'little') + text + bytes(64)))
          except Exception: print('refused')
          else: print(array.dtype.newbyteorder('=').name)
      """
    let argument = String(decoding: try JSONSerialization.data(withJSONObject: names), as: UTF8.self)
    let completed = try run(Location.python, ["-c", script, argument])
    let right = completed.output.split(separator: "\n").map(String.init)
    try #require(right.count == names.count, "\(completed.error)")
    for (name, right) in zip(names, right) {
      let text = "{'descr': '\(name)', 'fortran_order': False, 'shape': (2,)}"
      let start: [UInt8] = [0x93] + "NUMPY".utf8 + [1, 0, UInt8(text.utf8.count), 0] + text.utf8
      let read = ElementType.allCases.first { type in
        (try? NumPyArray(npy: start + [UInt8](repeating: 0, count: 2 * type.bytes), name: "x"))?.elementType == type
      }
      // NumPy's widest types have no counterpart.
      let wanted = ["float128", "complex256", "longdouble", "clongdouble"].contains(right) ? "refused" : right
      #expect(read?.rawValue ?? "refused" == wanted, "\(name)")
    }
  }

  @Test("An archive of arrays is named")
  func archive() {
    let text = message { try NumPyArray(npy: [0x50, 0x4B, 3, 4, 20, 0, 0, 0], name: "x.npz") }
    #expect(text == "x.npz: it is a ZIP archive, as .npz is: save one array of it with np.save")
  }

  @Test(
    "Other dtypes are refused by name",
    arguments: [
      ("np.ones(3, np.longdouble)", "'<f16' (float128), which is not supported"),
      ("np.ones(3, np.clongdouble)", "'<c32' (complex256), which is not supported"), ("np.array([None])", "'|O' (object)"),
      ("np.ones(3, [('a', 'f4'), ('b', 'f8')])", "records"), ("np.array(['a', 'b'])", "'<U1' (str)"),
      ("np.array([b'ab'])", "'|S2' (bytes)"), ("np.array(['2020'], 'M8[D]')", "'<M8[D]' (datetime64)"),
      ("np.array([1], 'm8[s]')", "'<m8[s]' (timedelta64)"),
    ])
  func otherTypes(expression: String, name: String) throws {
    let bytes = try saved(expression)
    let text = try #require(message { try NumPyArray(npy: bytes, name: "x.npy") })
    #expect(text.hasPrefix("x.npy: ") && text.contains(name))
  }

  @Test("A file cut anywhere is refused, and so is one too long")
  func truncated() throws {
    let bytes = try saved("np.arange(5.)")
    for length in 0..<bytes.count {
      let text = message { try NumPyArray(npy: Array(bytes[..<length]), name: "x.npy") }
      #expect(text?.hasPrefix("x.npy: ") == true, "\(length) bytes")
    }
    let text = message { try NumPyArray(npy: bytes + [0], name: "x.npy") }
    #expect(text == "x.npy: it is longer than it should be: its header says 40 bytes of float64 values, 41 are present")
  }

  @Test("A file that shrinks while it is read is refused, in any layout")
  func shrinking() throws {
    for array in ["np.arange(5.)", "np.arange(5).astype('>f8')", "np.ones((2, 3), order='F')", "np.ones(5, '?')"] {
      let bytes = try saved(array)
      for length in 0..<bytes.count {
        let file = NPYFile(count: bytes.count) { offset, destination in
          let present = max(0, min(destination.count, length - offset))
          for index in 0..<present { destination[index] = bytes[offset + index] }
          return present
        }
        let text = message { try NumPyArray(npy: file, name: "x.npy") }
        #expect(text?.hasPrefix("x.npy: ") == true, "\(array), \(length) bytes")
      }
    }
  }

  @Test(
    "Malformed headers are refused",
    arguments: [
      "", "{", "{}", "[]", "{'descr': '<f8'}", "{'descr': '<f8', 'fortran_order': False, 'shape': (1)}",
      "{'descr': '<f8', 'fortran_order': 0, 'shape': (1,)}", "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'more': 'x'}",
      "{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (1,)}",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (1,)} x", "{'descr': '<f8 , 'fortran_order': False, 'shape': (1,)}",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (9223372036854775807, 9223372036854775807)}",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999999,)}",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (01,)}", "{'descr': '<f8', 'fortran_order': False, 'shape': (001L,)}",
      "{'descr': [, 'fortran_order': False, 'shape': (1,)}", "{'descr': '<f8', 'fortran_order': Falsy, 'shape': (1,)}",
    ])
  func malformed(header: String) {
    #expect(message { try NumPyArray(npy: file(header), name: "x.npy") }?.hasPrefix("x.npy: ") == true)
  }

  @Test("A header that promises more than memory holds allocates nothing")
  func huge() throws {
    let shapes = ["(1000000000000,)", "(4611686018427387904, 4, 0)", "(0, 9223372036854775808)", "(3037000500, 3037000500)"]
    for shape in shapes {
      let text = message { try NumPyArray(npy: file("{'descr': '<c16', 'fortran_order': True, 'shape': \(shape)}"), name: "x.npy") }
      #expect(text?.hasPrefix("x.npy: ") == true, "\(shape)")
    }
    let deep = String(repeating: "1, ", count: 65)
    let text = message { try NumPyArray(npy: file("{'descr': '<f8', 'fortran_order': True, 'shape': (\(deep))}"), name: "x.npy") }
    #expect(text == "x.npy: its header says 65 dimensions: NumPy takes 64")
    // NumPy refuses this shape too, though it holds nothing.
    let none = message {
      try NumPyArray(
        npy: file("{'descr': '<f8', 'fortran_order': True, 'shape': (0, 9223372036854775807)}", values: 0), name: "x.npy")
    }
    #expect(none == "x.npy: its header says shape [0, 9223372036854775807], more than a file can hold")
  }

  @Test("Random damage to a header never does worse than an error")
  func damaged() throws {
    let bytes = try saved("np.arange(5.)")
    var random = SeededGenerator(seed: 3)
    for _ in 0..<20_000 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        damaged[Int.random(in: 0..<100, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      if let array = try? NumPyArray(npy: damaged, name: "x.npy") {
        #expect(array.elements.count == array.shape.reduce(1, *))
      }
    }
  }

  @Test("Files of Python 2, and other bytes for true, are read")
  func old() throws {
    let none = file("{'descr': '<f8', 'fortran_order': False, 'shape': (00,)}", values: 0)
    #expect(try NumPyArray(npy: none, name: "x.npy").shape == [0])
    let long = file("{'descr': '<f8', 'fortran_order': False, 'shape': (1L,)}")
    #expect(try NumPyArray(npy: long, name: "x.npy") == NumPyArray([0.0]))
    let truths = file("{'descr': '|b1', 'fortran_order': False, 'shape': (3,)}", values: 0) + [0, 2, 255]
    #expect(try NumPyArray(npy: truths, name: "x.npy").elements == .bool([false, true, true]))
  }

  /// A file of version 1.0 with `values` bytes of zeros.
  private func file(_ header: String, values: Int = 8) -> [UInt8] {
    let length = header.utf8.count
    return [0x93] + "NUMPY".utf8 + [1, 0, UInt8(length & 255), UInt8(length >> 8)] + header.utf8 + [UInt8](repeating: 0, count: values)
  }

  /// The bytes of np.save for an expression.
  private func saved(_ expression: String) throws -> [UInt8] {
    let path = folder.file("saved.npy")
    try python("np.save('\(path)', \(expression))")
    return contents(path)
  }

  private func python(_ statement: String) throws {
    let completed = try run(Location.python, ["-c", "import numpy as np; " + statement])
    try #require(completed.status == 0, "\(completed.error)")
  }

  private func contents(_ path: String) -> [UInt8] { FileManager.default.contents(atPath: path).map { [UInt8]($0) } ?? [] }
}
