// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The warnings at the start. */
final class RedisCheckTest {

    @Test
    void aRedisThatKeepsWhatItIsGivenIsFine() {
        assertThat(RedisCheck.objections(
                        "# Memory\r\nmaxmemory:1000000\r\nmaxmemory_policy:noeviction\r\naof_enabled:1\r\n"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"allkeys-lru", "volatile-ttl", "allkeys-random"})
    void oneThatEvictsIsWarnedOf(String policy) {
        assertThat(RedisCheck.objections("maxmemory:1000000\r\nmaxmemory_policy:" + policy + "\r\naof_enabled:1\r\n"))
                .singleElement()
                .asString()
                .contains(policy, "noeviction");
        assertThat(RedisCheck.objections("maxmemory:0\r\nmaxmemory_policy:" + policy + "\r\naof_enabled:1\r\n"))
                .isEmpty();
    }

    @Test
    void oneThatForgetsAtARestartIsWarnedOf() {
        assertThat(RedisCheck.objections("maxmemory:0\r\naof_enabled:0\r\n"))
                .singleElement()
                .asString()
                .contains("appendonly yes");
    }

    @Test
    void oneThatSaysNothingIsNotAccused() {
        assertThat(RedisCheck.objections("")).isEmpty();
    }
}
