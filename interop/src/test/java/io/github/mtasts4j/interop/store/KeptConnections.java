// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.interop.store;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentLinkedDeque;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The smallest pool that will do: a connection that is closed without an error is lent again. */
final class KeptConnections {

    private final DataSource source;
    private final ConcurrentLinkedDeque<Connection> idle = new ConcurrentLinkedDeque<>();

    KeptConnections(DataSource source) {
        this.source = source;
    }

    /** The pool as those see it who borrow from it. */
    DataSource asDataSource() {
        return proxy(
                DataSource.class,
                (method, arguments) ->
                        method.getName().equals("getConnection") ? borrowed() : call(source, method, arguments));
    }

    private Connection borrowed() throws SQLException {
        Connection kept = idle.poll();
        Connection real = kept != null && !kept.isClosed() ? kept : source.getConnection();
        return proxy(Connection.class, (method, arguments) -> {
            if (!method.getName().equals("close")) {
                return call(real, method, arguments);
            }
            if (!real.isClosed()) {
                idle.push(real);
            }
            return null;
        });
    }

    private interface Handler {
        @Nullable Object handle(Method method, Object[] arguments) throws Exception;
    }

    private static @Nullable Object call(Object target, Method method, Object[] arguments) throws Exception {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof SQLException cause ? cause : e;
        }
    }

    private static <T> T proxy(Class<T> type, Handler handler) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> handler.handle(method, arguments)));
    }
}
