// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.postfix;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Tells by HTTP how a {@link PostfixServer} is doing: {@code GET /metrics} for Prometheus, {@code GET /health} for
 * supervisors. Nobody has to prove who he is, so let it listen on loopback.
 */
public final class MetricsServer implements AutoCloseable {

    private static final int THREADS = 4;

    private final HttpServer http;
    private final ExecutorService pool;

    private MetricsServer(HttpServer http, ExecutorService pool) {
        this.http = http;
        this.pool = pool;
    }

    /**
     * Starts to listen.
     *
     * @param address where; port 0 for one that the system chooses
     * @param metrics what to tell
     * @return the running server, to be closed
     * @throws IOException if it cannot listen there
     */
    public static MetricsServer start(InetSocketAddress address, PostfixMetrics metrics) throws IOException {
        HttpServer http = HttpServer.create(address, 0);
        http.createContext("/", exchange -> reply(exchange, 404, "there are /metrics and /health\n"));
        http.createContext("/metrics", exchange -> reply(exchange, 200, metrics.render()));
        http.createContext("/health", exchange -> health(exchange, metrics));
        ExecutorService pool = newPool();
        http.setExecutor(pool);
        http.start();
        return new MetricsServer(http, pool);
    }

    private static ExecutorService newPool() {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(100),
                task -> Threads.daemon(task, "mtasts4j-metrics"));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static void health(HttpExchange exchange, PostfixMetrics metrics) throws IOException {
        if (metrics.isServing()) {
            reply(
                    exchange,
                    200,
                    metrics.trouble().map(what -> "degraded: " + what).orElse("ok") + "\n");
        } else {
            reply(exchange, 503, "not serving\n");
        }
    }

    private static void reply(HttpExchange exchange, int status, String text) throws IOException {
        boolean read = exchange.getRequestMethod().equals("GET");
        byte[] body = (read ? text : "GET only\n").getBytes(StandardCharsets.US_ASCII);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
        try (exchange) {
            boolean bodiless = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(read ? status : 405, bodiless ? -1 : body.length);
            if (!bodiless) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    /**
     * Where it listens.
     *
     * @return address and port
     */
    public InetSocketAddress address() {
        return http.getAddress();
    }

    /** Stops at once. */
    @Override
    public void close() {
        http.stop(0);
        pool.shutdownNow();
    }
}
