// SPDX-License-Identifier: Apache-2.0

/** TLS reports (RFC 8460): who wants one, what is in it, how it is collected, written, read and sent. */
@org.jspecify.annotations.NullMarked
module io.github.mtasts4j.tlsreport {
    requires static transitive org.jspecify;
    requires transitive io.github.mtasts4j;
    requires com.fasterxml.jackson.core;
    requires org.slf4j;

    exports io.github.mtasts4j.tlsreport;
    exports io.github.mtasts4j.tlsreport.collect;
    exports io.github.mtasts4j.tlsreport.send;
}
