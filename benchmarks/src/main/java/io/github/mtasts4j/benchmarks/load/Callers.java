// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.benchmarks.load;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Threads that do the same again and again: virtual ones where the JVM has them. */
final class Callers {

    /** What a caller does, for the n-th time. */
    interface Work {
        void go(int caller, long time) throws Exception;
    }

    /**
     * What came of it.
     *
     * @param perSecond how often it was done
     * @param cpuMicros of this process for each
     */
    record Result(double perSecond, double cpuMicros) {}

    private final int count;

    Callers(int count) {
        this.count = count;
    }

    /** One virtual thread a task from JDK 21 on, platform threads before. */
    static ExecutorService newExecutor(int platformThreads) {
        if (Runtime.version().feature() < 21) {
            return Executors.newFixedThreadPool(platformThreads, task -> {
                Thread thread = new Thread(task);
                thread.setDaemon(true);
                return thread;
            });
        }
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(e);
        }
    }

    /** For some time; what is begun before the end is ended, and counts. */
    Result during(double seconds, Work work) throws InterruptedException, ExecutionException {
        long end = System.nanoTime() + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
        return run((caller, time) -> {
            if (System.nanoTime() >= end) {
                return false;
            }
            work.go(caller, time);
            return true;
        });
    }

    /** So many times altogether. */
    Result times(long times, Work work) throws InterruptedException, ExecutionException {
        AtomicLong next = new AtomicLong();
        return run((caller, time) -> {
            long turn = next.getAndIncrement();
            if (turn >= times) {
                return false;
            }
            work.go(caller, turn);
            return true;
        });
    }

    private interface Turn {
        boolean take(int caller, long time) throws Exception;
    }

    private Result run(Turn turn) throws InterruptedException, ExecutionException {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        ExecutorService threads = newExecutor(count);
        long cpu = system.getProcessCpuTime();
        long begin = System.nanoTime();
        List<Future<Long>> results = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int caller = i;
            results.add(threads.submit(() -> {
                long time = 0;
                while (turn.take(caller, time)) {
                    time++;
                }
                return time;
            }));
        }
        long times = 0;
        for (Future<Long> result : results) {
            times += result.get();
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        double micros = (system.getProcessCpuTime() - cpu) / 1e3;
        threads.shutdown();
        return new Result(times / seconds, micros / times);
    }
}
