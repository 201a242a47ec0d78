// SPDX-License-Identifier: Apache-2.0

/** TXT, MX, address and TLSA look-ups for mtasts4j on dnsjava. */
@org.jspecify.annotations.NullMarked
module io.github.mtasts4j.dns {
    requires static transitive org.jspecify;
    requires transitive io.github.mtasts4j;
    requires org.dnsjava;

    exports io.github.mtasts4j.dns;
}
