import NPY

/// The message of the error that `body` throws; nil if it throws none.
public func message(_ body: () throws -> some Any) -> String? {
  do {
    _ = try body()
    return nil
  } catch let error as NumPyError {
    return error.message
  } catch {
    return "\(error)"
  }
}
