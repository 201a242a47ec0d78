// SPDX-License-Identifier: Apache-2.0

/** Policies of mtasts4j in a database that many machines share. */
@org.jspecify.annotations.NullMarked
module io.github.mtasts4j.store.jdbc {
    requires static transitive org.jspecify;
    requires transitive io.github.mtasts4j;
    requires transitive java.sql;
    requires static org.postgresql.jdbc;
    requires org.slf4j;

    exports io.github.mtasts4j.store.jdbc;
}
