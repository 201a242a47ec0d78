// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.planted.tls;

/** Stands for a type of an upper package. */
public final class Above {

    /** The planted package's arrow runs to here, upwards. */
    public static final String TEXT = String.valueOf("above");

    private Above() {}
}
