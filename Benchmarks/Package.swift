// swift-tools-version: 6.1
// Speed is measured here, apart from the tests, which must not depend on it.
import PackageDescription

let package = Package(
  name: "benchmarks",
  dependencies: [
    .package(name: "convolved", path: ".."), .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    .executableTarget(name: "costs", dependencies: [.product(name: "Convolution", package: "convolved")]),
    .executableTarget(
      name: "offline-costs",
      dependencies: [.product(name: "Convolution", package: "convolved"), .product(name: "NumPy", package: "convolved")]),

    // The engine's change of kernels, through links to its files, since it is of package access there.
    .target(
      name: "LinkedBlockProcessing", dependencies: [.product(name: "Convolution", package: "convolved")],
      swiftSettings: [.unsafeFlags(["-enforce-exclusivity=unchecked"])]),
    // Built for this processor, as ours chooses its loops for it.
    .target(
      name: "Peers", cxxSettings: [.unsafeFlags(["-O3", "-march=native"])],
      linkerSettings: [.linkedLibrary("zita-convolver"), .linkedLibrary("fftw3f")]),
    .target(name: "CMachine"),
    .executableTarget(
      name: "bench",
      dependencies: [
        "LinkedBlockProcessing", "CMachine", "Peers", .product(name: "Convolution", package: "convolved"),
        .product(name: "CAPI", package: "convolved"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
  ],
  cxxLanguageStandard: .cxx17
)
