// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit;

import io.github.mtasts4j.discovery.PolicyRows;
import io.github.mtasts4j.testkit.contract.PolicyRowsContract;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The engine in memory keeps to the contract, and with it {@code SharedPolicyStore} itself. */
final class MemoryPolicyRowsTest extends PolicyRowsContract {

    private final Map<String, MemoryPolicyRows> namespaces = new ConcurrentHashMap<>();

    @Override
    protected PolicyRows rows(String namespace) {
        return namespaces.computeIfAbsent(namespace, name -> new MemoryPolicyRows(name, InstantSource.system()));
    }

    @Override
    protected void flush() {
        namespaces.values().forEach(MemoryPolicyRows::flush);
    }
}
