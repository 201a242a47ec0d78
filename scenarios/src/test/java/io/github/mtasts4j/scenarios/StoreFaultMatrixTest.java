// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.scenarios;

import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The store in files under every fault that a disk, or the way to it, can have. */
@Timeout(120)
final class StoreFaultMatrixTest extends StoreFaultMatrix {

    private final FaultyStore store;

    StoreFaultMatrixTest(@TempDir Path directory) {
        this.store = new FaultyFiles(directory);
    }

    @Override
    protected FaultyStore store() {
        return store;
    }
}
