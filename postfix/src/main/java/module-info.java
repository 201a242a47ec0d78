// SPDX-License-Identifier: Apache-2.0

/** A socketmap server for Postfix's {@code smtp_tls_policy_maps}. */
@org.jspecify.annotations.NullMarked
module io.github.mtasts4j.postfix {
    requires static transitive org.jspecify;
    requires transitive io.github.mtasts4j;
    requires jdk.httpserver;
    requires org.slf4j;

    exports io.github.mtasts4j.postfix;
}
