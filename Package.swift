// swift-tools-version: 6.1
// The module graph, in import order: a target imports only what stands above it.
import PackageDescription

/// Loops and real-time code run 800 times slower without the optimiser: they get it in debug builds too.
let optimised = SwiftSetting.unsafeFlags(["-O", "-wmo", "-num-threads", "2", "-disable-batch-mode"])

/// The compiler's proof (`@_noLocks`, `@_noAllocation`) does not see dynamic exclusivity checks, so there are none.
let realTime = SwiftSetting.unsafeFlags(["-O", "-wmo", "-num-threads", "2", "-disable-batch-mode", "-enforce-exclusivity=unchecked"])

/// One instruction set and one precision of the SIMD loops: every such target holds a link to the same files.
func loops(_ name: String, scalar: String, march: String? = nil) -> Target {
  var flags = ["-Xcc", "-DSCALAR_\(scalar)"]
  if let march { flags += ["-Xcc", "-march=\(march)"] }
  return .target(
    name: name, dependencies: ["CIntrinsics"], swiftSettings: [.unsafeFlags(flags), realTime],
    linkerSettings: [.linkedLibrary("m")])
}

#if arch(x86_64)
  let widerLoops = [
    loops("VectorF32V3", scalar: "FLOAT", march: "x86-64-v3"), loops("VectorF64V3", scalar: "DOUBLE", march: "x86-64-v3"),
    loops("VectorF32V4", scalar: "FLOAT", march: "x86-64-v4"), loops("VectorF64V4", scalar: "DOUBLE", march: "x86-64-v4"),
  ]
#else
  let widerLoops: [Target] = []
#endif

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nio: [Target.Dependency] = ["NIOCore", "NIOPosix", "NIOHTTP1"].map { .product(name: $0, package: "swift-nio") }

let package = Package(
  name: "convolved",
  products: [
    .executable(name: "convolve", targets: ["convolve"]),
    .executable(name: "convolved", targets: ["convolved"]),
    .executable(name: "convolvectl", targets: ["convolvectl"]),
    .library(name: "Convolution", targets: ["Convolution", "Vector"]),
    .library(name: "NumPy", targets: ["NumPy"]),
    // What `make lib` links libconvolved.so from.
    .library(name: "CAPI", type: .static, targets: ["CAPI"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
  ],
  targets: [
    // System libraries
    .systemLibrary(name: "CALSA", pkgConfig: "alsa", providers: [.apt(["libasound2-dev"])]),
    .systemLibrary(name: "CSamplerate", pkgConfig: "samplerate", providers: [.apt(["libsamplerate0-dev"])]),
    .systemLibrary(name: "CSndfile", pkgConfig: "sndfile", providers: [.apt(["libsndfile1-dev"])]),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .target(name: "CIntrinsics"),

    // Loops
    loops("VectorF32", scalar: "FLOAT"), loops("VectorF64", scalar: "DOUBLE"),
  ] + widerLoops + [
    .target(
      name: "Vector", dependencies: ["CIntrinsics", "VectorF32", "VectorF64"] + widerLoops.map { .byName(name: $0.name) },
      exclude: ["Loops"], swiftSettings: [realTime]),

    // Mathematics and files
    .target(name: "Convolution", dependencies: ["Vector"], swiftSettings: [realTime]),
    .target(name: "Analysis", dependencies: ["Convolution", "Vector"], swiftSettings: [optimised]),
    .target(name: "NumPy", dependencies: ["CIntrinsics", "Vector", "Convolution"], swiftSettings: [optimised]),
    .target(name: "AudioFile", dependencies: ["CSndfile", "CSamplerate", "NumPy", "Vector"], swiftSettings: [optimised]),
    .target(name: "PCM", dependencies: ["Vector"], swiftSettings: [realTime]),

    // Live
    .target(name: "Changeover", dependencies: ["Convolution"], swiftSettings: [realTime]),
    .target(
      name: "Verification", dependencies: ["CIntrinsics", "Vector", "Convolution", "Changeover", "NumPy", "PCM"],
      swiftSettings: [optimised]),
    .target(name: "CConvolved"),
    .target(
      name: "CAPI", dependencies: ["CConvolved", "CIntrinsics", "Convolution", "Changeover"], exclude: ["link.sh"],
      swiftSettings: [realTime]),
    .target(name: "Clocks", dependencies: ["CSamplerate", "Convolution"], swiftSettings: [realTime]),
    .target(name: "ALSA", dependencies: ["CALSA", "PCM", "Clocks"], swiftSettings: [realTime]),
    .target(
      name: "Engine", dependencies: ["CIntrinsics", "Convolution", "Changeover", "PCM", "ALSA", "Clocks"], swiftSettings: [realTime]),
    .target(name: "Configuration", dependencies: ["CYAML", "Vector", "Convolution", "PCM"]),
    .target(name: "Control", dependencies: nio + [logging]),
    .target(name: "Systemd", dependencies: [logging]),
    .target(
      name: "Daemon",
      dependencies: [
        "CConvolved", "NumPy", "Analysis", "AudioFile", "Changeover", "Verification", "Engine", "Configuration", "Control", logging,
      ]),

    // Programs
    .target(name: "Terminal"),
    .target(name: "Plot", dependencies: ["Terminal"]),
    .executableTarget(
      name: "convolve", dependencies: ["CConvolved", "Analysis", "AudioFile", "NumPy", "Plot", "Terminal", argumentParser]),
    .executableTarget(name: "convolved", dependencies: ["Daemon", "Systemd", "Terminal", argumentParser, logging]),
    .executableTarget(
      name: "convolvectl",
      dependencies: ["CConvolved", "ALSA", "AudioFile", "Configuration", "Control", "Daemon", "Terminal", argumentParser]),

    // Tests
    .target(name: "TestSupport", dependencies: ["NumPy"], path: "Tests/TestSupport"),
    .testTarget(name: "LiveTests", dependencies: ["AudioFile", "PCM", "Control", "TestSupport", "convolve", "convolved", "convolvectl"]),
    .testTarget(name: "PCMTests", dependencies: ["PCM", "TestSupport"]),
    .testTarget(name: "ClocksTests", dependencies: ["Clocks", "TestSupport"], swiftSettings: [optimised]),
    .testTarget(name: "EngineTests", dependencies: ["ALSA", "Engine", "TestSupport"]),
    .testTarget(name: "CAPITests", dependencies: ["TestSupport"], exclude: ["Programs"]),
    .testTarget(name: "ChangeoverTests", dependencies: ["Changeover", "TestSupport"]),
    .testTarget(
      name: "VerificationTests", dependencies: ["Verification", "Convolution", "Changeover", "PCM", "NumPy", "TestSupport"],
      swiftSettings: [optimised]),
    .testTarget(name: "ConvolutionTests", dependencies: ["Convolution", "TestSupport"], swiftSettings: [optimised]),
    .testTarget(name: "AnalysisTests", dependencies: ["Analysis", "TestSupport"], swiftSettings: [optimised]),
    .testTarget(name: "NumPyTests", dependencies: ["CIntrinsics", "NumPy", "Vector", "TestSupport"]),
    .testTarget(name: "AudioFileTests", dependencies: ["AudioFile", "NumPy", "TestSupport"]),
    .testTarget(name: "ConvolveTests", dependencies: ["AudioFile", "NumPy", "TestSupport"]),
    .testTarget(name: "ConfigurationTests", dependencies: ["Configuration", "TestSupport"]),
    .testTarget(
      name: "SystemdTests", dependencies: ["Configuration", "Daemon", "Systemd", "TestSupport", "convolved", "convolvectl", logging]),
    .testTarget(name: "DaemonTests", dependencies: ["Daemon", "Engine", "TestSupport"]),
    .testTarget(name: "PackagingTests", dependencies: ["Configuration", "TestSupport", "convolve", "convolved", "convolvectl"]),
    .testTarget(name: "ControlTests", dependencies: ["Control", "convolvectl", "TestSupport", logging]),
  ]
)
