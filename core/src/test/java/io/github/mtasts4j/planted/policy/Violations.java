// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.planted.policy;

import io.github.mtasts4j.planted.tls.Above;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.net.IDN;
import java.security.Security;
import java.time.Clock;
import java.time.Instant;
import java.util.function.Supplier;

/** Breaks every rule of {@code PackageDirectionTest} once, each in a place of its own; never run. */
public final class Violations {

    private static int counter;

    private Violations() {}

    static String upwards() {
        return Above.TEXT;
    }

    static Instant instant() {
        return Instant.now();
    }

    static Supplier<Instant> instantByReference() {
        return Instant::now;
    }

    static long millis() {
        return System.currentTimeMillis();
    }

    static Clock clock() {
        return Clock.systemUTC();
    }

    static void systemProperty() {
        System.setProperty("planted", "planted");
    }

    static void securityProperty() {
        Security.setProperty("planted", "planted");
    }

    static void shutdownHook() {
        Runtime.getRuntime().addShutdownHook(new Thread());
    }

    static String idn(String name) {
        return IDN.toASCII(name);
    }

    static boolean expression(String text) {
        return text.matches("[a-z]*");
    }

    static Object deserialized(InputStream in) throws IOException, ClassNotFoundException {
        return new ObjectInputStream(in).readObject();
    }

    static int shared() {
        return counter++;
    }
}
