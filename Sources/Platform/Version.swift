/// The version of the commands and the daemon. A test compares it with that of the library, in convolved.h.
package let version = "0.1.0"
