// swift-tools-version: 6.1
// Speed is measured here, apart from the tests, which must not depend on it.
import PackageDescription

let package = Package(
  name: "benchmarks",
  dependencies: [.package(name: "convolved", path: "..")],
  targets: [
    .executableTarget(name: "costs", dependencies: [.product(name: "Convolution", package: "convolved")]),
    .executableTarget(
      name: "offline-costs",
      dependencies: [.product(name: "Convolution", package: "convolved"), .product(name: "NumPy", package: "convolved")]),
  ]
)
