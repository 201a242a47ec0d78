// SPDX-License-Identifier: Apache-2.0

/** Policies of mtasts4j in a Redis that many machines share. */
@org.jspecify.annotations.NullMarked
module io.github.mtasts4j.store.redis {
    requires static transitive org.jspecify;
    requires transitive io.github.mtasts4j;
    requires transitive redis.clients.jedis;
    requires org.slf4j;

    exports io.github.mtasts4j.store.redis;
}
