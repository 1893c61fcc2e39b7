/// Which preset is in force, and how.
package struct PresetMark: Sendable, Equatable {
  package let name: String
  /// When the preset was saved: another one may have its name by now.
  package let saved: String
  /// dB, and frames.
  package let trim: Double
  package let delay: Int

  package init(name: String, saved: String, trim: Double = 0, delay: Int = 0) {
    (self.name, self.saved, self.trim, self.delay) = (name, saved, trim, delay)
  }
}
