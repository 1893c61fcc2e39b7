import ConfigurationFile

extension ConfigurationText {
  /// What it says, validated.
  ///
  /// - Parameters:
  ///   - reader: holds what was read before.
  ///   - rate: Hz, what `rate: auto` stands for.
  /// - Throws: every fault; where the text has some, those of the kernels of its other filters too.
  package func checkedConfiguration(
    _ reader: KernelReader = KernelReader(), sourceRate rate: Int = 48_000
  ) throws(ConfigurationError) -> Configuration {
    do throws(ConfigurationError) {
      return try configuration(sourceRate: rate)
    } catch .invalid(let file, let faults) {
      let (sound, commented) = (soundFilters(), commentedLines())
      var more = FilterFaults()
      for filter in sound.filters where !more.isFull && !reader.isCancelled() {
        // With `rate: auto` another rate may have what is missing for this one.
        for fault in reader.faults(of: filter, rate: sound.rate) ?? [] where !sound.followsSource || !fault.isAbsent {
          more.add(fault.located(in: filter), isAbsent: fault.isAbsent)
        }
      }
      throw .invalid(file: file, faults: (faults + more.explained(commented)).sorted { $0.line < $1.line })
    }
  }

  /// Reads the kernels of what it says.
  ///
  /// - Throws: every fault; a kernel that is missing is named.
  package func filters(_ configuration: Configuration, _ reader: KernelReader) throws(ConfigurationError) -> FilterSet {
    do throws(FilterFaults) {
      return try FilterSet(configuration, reader: reader)
    } catch {
      throw .invalid(file: file, faults: error.explained(commentedLines()))
    }
  }
}

extension ConfigurationFault {
  /// Says of a missing kernel that its name may go on in what YAML takes for a comment.
  package func explained(isAbsent: Bool, _ commented: Set<Int>) -> ConfigurationFault {
    guard isAbsent, commented.contains(line) else { return self }
    return ConfigurationFault(line: line, message: "\(message): if its name goes on after the #, put all of it in quotes")
  }
}
