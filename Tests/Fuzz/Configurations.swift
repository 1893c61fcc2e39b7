import AudioFile
import ConfigurationFile
import Glibc
import Import

/// Reads the daemon's configuration, and what is sound in one that is not.
///
/// Law: what is taken whole is sound in each filter.
func checkConfiguration(_ bytes: [UInt8]) {
  let text = ConfigurationText(bytes: bytes, folder: "/folder", file: "file.yaml")
  _ = (text.isBlank, text.commentedLines(), ForeignConfiguration(bytes)?.name)
  let sound = text.soundFilters().filters
  do throws(ConfigurationError) {
    let filters = try text.configuration().filters
    if filters.count != sound.count { found("\(filters.count) filters are taken, \(sound.count) of them are sound") }
  } catch {
    guard case .invalid(_, let faults) = error else { found("bytes cannot be read: \(error)") }
    if faults.isEmpty { found("it is refused without a fault") }
    for fault in faults {
      checkMessage(fault.message, quotes: true)
      if fault.line < 1 { found("a fault stands in line \(fault.line): \(fault.message)") }
    }
  }
}

/// Imports a file of another program, beside the kernels of the working folder.
///
/// Law: a configuration that is made of it is one.
func checkImport(_ bytes: [UInt8]) {
  let descriptor = open("import", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
  guard descriptor >= 0, write(descriptor, bytes, bytes.count) == bytes.count else { found("`import` cannot be written: errno \(errno)") }
  close(descriptor)
  do throws(AudioFileError) {
    let imported = try ImportedConfiguration(path: "import")
    check(imported.yaml(source: "import", folder: nil, kernelFolder: "/kernels"))
  } catch {
    checkMessage(error.message, quotes: true)
  }
}

private func check(_ yaml: String) {
  do throws(ConfigurationError) {
    _ = try ConfigurationText(yaml: yaml, folder: "/folder").configuration()
  } catch {
    found("what is made is refused: \(error)\n\(yaml)")
  }
}
