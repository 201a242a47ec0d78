// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.testkit;

import io.github.mtasts4j.discovery.PolicyStore;
import io.github.mtasts4j.testkit.contract.PolicyStoreContract;

final class MemoryPolicyStoreTest extends PolicyStoreContract {

    private final PolicyStore store = new MemoryPolicyStore();

    @Override
    protected PolicyStore store() {
        return store;
    }
}
