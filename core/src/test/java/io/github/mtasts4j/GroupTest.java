// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.mtasts4j.discovery.ResolverListener;
import io.github.mtasts4j.report.TlsReportRecorder;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Several listeners or recorders as one. Whatever the interface can tell is passed on, what it learns one day included. */
final class GroupTest {

    @ParameterizedTest
    @MethodSource("whatAListenerIsTold")
    void eachListenerHearsOfItAlthoughOneThrows(Method news) throws ReflectiveOperationException {
        List<String> heard = new ArrayList<>();
        ResolverListener group = ResolverListener.all(
                guest(ResolverListener.class, () -> heard.add("first")),
                guest(ResolverListener.class, GroupTest::fail),
                guest(ResolverListener.class, () -> heard.add("last")));

        news.invoke(group, new Object[news.getParameterCount()]);

        assertThat(heard).containsExactly("first", "last");
    }

    @ParameterizedTest
    @MethodSource("whatARecorderIsTold")
    void eachRecorderHearsOfItAlthoughOneThrows(Method news) throws ReflectiveOperationException {
        List<String> heard = new ArrayList<>();
        TlsReportRecorder group = TlsReportRecorder.all(
                guest(TlsReportRecorder.class, () -> heard.add("first")),
                guest(TlsReportRecorder.class, GroupTest::fail),
                guest(TlsReportRecorder.class, () -> heard.add("last")));

        news.invoke(group, new Object[news.getParameterCount()]);

        assertThat(heard).containsExactly("first", "last");
    }

    static Stream<Method> whatAListenerIsTold() {
        return news(ResolverListener.class);
    }

    static Stream<Method> whatARecorderIsTold() {
        return news(TlsReportRecorder.class);
    }

    private static Stream<Method> news(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers()) && !method.isSynthetic());
    }

    /** A guest that does the same whatever it is told. */
    private static <T> T guest(Class<T> type, Runnable deed) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, told) -> {
            if (method.getDeclaringClass() == type) {
                deed.run();
            }
            return null;
        }));
    }

    private static void fail() {
        throw new IllegalStateException("a bug");
    }
}
