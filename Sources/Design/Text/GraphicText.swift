import Numbers

/// A graphic equaliser: `GraphicEQ: 20 -1.2; 21 -1.3`, as Equalizer APO and AutoEq have it, and `Preamp:` lines.
public struct GraphicText: Sendable, Equatable {
  /// With the gain of all `Preamp:` lines.
  public let response: ResponseTable

  /// - Throws: every line that is neither, every point that is none; no or several equalisers.
  public init(_ bytes: [UInt8]) throws(TextFaults) { try self.init(TextLines(bytes, longest: ResponseText.longest)) }

  public init(text: String) throws(TextFaults) { try self.init(TextLines(text)) }

  private init(_ text: TextLines) throws(TextFaults) {
    var (points, line, preamp, faults) = ([ResponseTable.Point](), 0, 0.0, TextFaults())
    for (index, content) in text.lines.enumerated() {
      let head = content.trimmed.prefix { $0 != ":" }
      do throws(DesignError) {
        if head.trimmed.lowercased() == "graphiceq" {
          guard line == 0 else { throw DesignError("there is a second GraphicEQ line: leave one out, or name two kernels") }
          line = index + 1
          Self.read(content.trimmed.dropFirst(head.count + 1), line: line, into: &points, &faults)
        } else {
          switch try? FilterLine(content) {
          case .preamp(let gain)?: preamp += gain
          case .remark?: break
          default: throw DesignError(found: String(head), "this is no graphic equaliser: write GraphicEQ: 20 -1.2; 1000 0.5")
          }
        }
      } catch {
        faults.add(line: index + 1, error)
      }
      if faults.isFull { break }
    }
    if line == 0, faults.count == 0 {
      faults.add(line: 1, DesignError("there is no graphic equaliser: write GraphicEQ: 20 -1.2; 1000 0.5"))
    }
    guard faults.count == 0 else { throw faults }
    do throws(DesignError) {
      response = try ResponseTable(points.map { ResponseTable.Point($0.frequency, $0.gain + preamp) })
    } catch {
      throw TextFaults(line: line, error)
    }
  }

  private static func read(
    _ text: Substring, line: Int, into points: inout [ResponseTable.Point], _ faults: inout TextFaults
  ) {
    for item in text.split(separator: ";") where !item.trimmed.isEmpty {
      do throws(DesignError) {
        let columns = item.split { $0.isWhitespace }
        guard columns.count == 2 else {
          throw DesignError(found: String(item.trimmed), "a point is a frequency and a gain: write 1000 -3; 2000 1.5")
        }
        let point = ResponseTable.Point(try NumberText.value(columns[0], as: .listed), try NumberText.value(columns[1]))
        try ResponseTable.check(point)
        guard points.count < ResponseTable.mostPoints else {
          throw DesignError("there are more than \(ResponseTable.mostPoints) points: leave some out")
        }
        points.append(point)
      } catch {
        faults.add(line: line, error)
        if faults.isFull { return }
      }
    }
  }
}
