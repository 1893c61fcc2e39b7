// swift-tools-version: 6.1
// convolved-web, apart from the daemon, which has no network: BoringSSL, which this package needs, takes minutes to compile.
// What it shares with the daemon it has through links to its files, since that is of package access there.
import PackageDescription

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nio: [Target.Dependency] = ["NIOCore", "NIOPosix", "NIOHTTP1"].map { .product(name: $0, package: "swift-nio") }
let tls = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")

let package = Package(
  name: "web",
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
  ],
  targets: [
    // Of the package above
    .systemLibrary(name: "CMalloc"),
    .target(name: "Platform", dependencies: ["CMalloc"]),
    .target(name: "ControlAPI"),
    .target(name: "Systemd", dependencies: [logging]),
    .target(name: "Terminal", dependencies: ["Platform"], exclude: ["Failure+audioFile.swift"]),

    // The page's files
    .target(name: "CPage"),
    .target(name: "WebServing", dependencies: ["Platform", "ControlAPI", "Terminal", "CPage", logging, tls] + nio),
    .executableTarget(
      name: "convolved-web", dependencies: ["Platform", "Systemd", "Terminal", "WebServing", argumentParser, logging]),
  ]
)

// A file sees members only of modules that it imports itself: no import is hidden from Tests/imports.py.
for target in package.targets where target.type == .regular || target.type == .executable {
  target.swiftSettings = (target.swiftSettings ?? []) + [.enableUpcomingFeature("MemberImportVisibility")]
}
