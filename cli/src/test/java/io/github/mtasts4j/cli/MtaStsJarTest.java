// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.mtasts4j.testkit.https.HttpsFault;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar as it is given to people, in a Java of its own; runs after it has been made. */
final class MtaStsJarTest {

    private static final Path JAR = Path.of(System.getProperty("mtasts.jar", "missing"));
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    private static final Path LAUNCHER = Path.of("bin", "mta-sts").toAbsolutePath();

    private static final List<HttpsFault> CERTIFICATE_FAULTS = List.of(
            HttpsFault.UNTRUSTED,
            HttpsFault.SELF_SIGNED,
            HttpsFault.EXPIRED,
            HttpsFault.WRONG_NAME,
            HttpsFault.CN_ONLY);

    @TempDir
    static Path directory;

    private static Run java(String stdin, String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(JAVA.toString(), "-jar", JAR.toString()));
        command.addAll(List.of(args));
        return run(Map.of(), stdin, command);
    }

    private static Run run(Map<String, String> env, String stdin, List<String> command)
            throws IOException, InterruptedException {
        Path out = Files.createTempFile(directory, "out", "");
        Path err = Files.createTempFile(directory, "err", "");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().remove("JAVA_HOME");
        builder.environment().putAll(env);
        Process process = builder.start();
        try {
            try (Writer in = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8)) {
                in.write(stdin); // A pipe, as in a shell.
            }
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("it ends").isTrue();
            return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void saysItsVersion() throws IOException, InterruptedException {
        Run run = java("", "--version");
        assertThat(run.code()).isZero();
        assertThat(run.out()).matches("mta-sts \\d+\\.\\d+\\.\\d+\\S* \\(mtasts4j, Java \\d+\\)\n");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void matchesNamesOfAnyScriptWithTheTablesThatAreLeft() throws IOException, InterruptedException {
        Run file = java(
                "stra\u00dfe.\u00f6sterreich.invalid\n",
                "check",
                "--brief",
                "--dns",
                "127.0.0.1:1",
                "--timeout",
                "1",
                "--from",
                "-");
        assertThat(file.out())
                .contains("xn--strae-oqa.xn--sterreich-z7a.invalid (typed stra\u00dfe.\u00f6sterreich.invalid)");
    }

    @Test
    void lintsFromStandardInput() throws IOException, InterruptedException {
        Run run = java("version: STSv1\nmode: enforce\nmx: *.mx.*.com\nmax_age: 604800\n", "lint", "-");
        assertThat(run.code()).isEqualTo(ExitCode.FOUND);
        assertThat(run.out()).contains("POLICY_MX_INVALID standard input").contains("line 3, column 5");
    }

    @Test
    void checksADomain() throws IOException, InterruptedException {
        try (Lab lab = new Lab(directory)) {
            lab.sound("jar.example");
            Run run = java("", lab.args("check", "--json", "jar.example"));
            assertThat(run.code()).as(run.toString()).isZero();
            assertThat(new ObjectMapper().readTree(run.out()).get("mode").asText())
                    .isEqualTo("enforce");
            assertThat(run.err()).isEmpty();
        }
    }

    @Test
    void hasTheDriversOfPostgresqlAndRedis() throws IOException, InterruptedException {
        for (String url : List.of("jdbc:postgresql://127.0.0.1:1/sts", "redis://127.0.0.1:1")) {
            Run run = java("", "cache", "list", "--store", url);
            assertThat(run.code()).isEqualTo(ExitCode.USAGE);
            assertThat(run.err())
                    .startsWith("mta-sts: the store " + url + " failed: ")
                    .hasLineCount(1);
        }
    }

    /** It is nearly as large as all the rest. */
    @Test
    void takesTheDriverOfSqliteFromBesideIt() throws IOException, InterruptedException {
        Path store = directory.resolve("policies.db");
        List<String> list = List.of("-jar", "mta-sts.jar", "cache", "list", "--store", "jdbc:sqlite:" + store);
        Path place = Files.createDirectories(directory.resolve("lib"));
        Files.copy(JAR, place.resolve("mta-sts.jar"));
        Files.createFile(store);
        assertThat(java(place, list).err())
                .isEqualTo(
                        "mta-sts: there is no driver for SQLite: put sqlite-jdbc.jar beside mta-sts.jar (docs/cli.md)\n");

        Files.copy(fromClassPath("sqlite-jdbc"), place.resolve("sqlite-jdbc.jar"));

        assertThat(java(place, list).out()).isEqualTo("0 policies, 0 in force\n");
    }

    private static Path fromClassPath(String name) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.contains(name))
                .findFirst()
                .map(Path::of)
                .orElseThrow();
    }

    @Test
    void takesNativeCryptographyFromBesideItAndJudgesAsEver() throws IOException, InterruptedException {
        Path place = Files.createDirectories(directory.resolve("native"));
        Files.copy(JAR, place.resolve("mta-sts.jar"));
        try (Lab lab = new Lab(directory)) {
            lab.sound("sound.example");
            for (HttpsFault fault : CERTIFICATE_FAULTS) {
                lab.sound(nameOf(fault));
                fault.inflict(lab.world.policyHost(), nameOf(fault), lab.world.ca());
            }
            assertThat(served(place, lab)).doesNotContain("cryptography");

            Files.copy(
                    fromClassPath("AmazonCorrettoCryptoProvider"), place.resolve("AmazonCorrettoCryptoProvider.jar"));

            assertThat(served(place, lab).contains(", cryptography by AmazonCorrettoCryptoProvider "))
                    .isEqualTo(isOfTheMachineOf("linux-x86_64"));
        }
    }

    /** On any other the provider is not used, and nothing else is different. */
    private static boolean isOfTheMachineOf(String classifier) {
        String machine = System.getProperty("os.name") + "-" + System.getProperty("os.arch");
        return machine.toLowerCase(Locale.ROOT).replace("amd64", "x86_64").equals(classifier);
    }

    private static String nameOf(HttpsFault fault) {
        return fault.name().toLowerCase(Locale.ROOT).replace('_', '-') + ".example";
    }

    /** What the server says of itself; fails unless it has a policy for the sound domain, and for no other. */
    private static String served(Path place, Lab lab) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(JAVA.toString(), "-jar", place.resolve("mta-sts.jar").toString()));
        command.addAll(List.of(lab.args("serve", "postfix", "--listen", "inet:127.0.0.1:0")));
        Path err = Files.createTempFile(directory, "err", "");
        Process process =
                new ProcessBuilder(command).redirectError(err.toFile()).start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            String said = String.valueOf(out.readLine());
            int port = Integer.parseInt(said.replaceFirst(".*inet:127\\.0\\.0\\.1:(\\d+).*", "$1"));
            SocketAddress server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            assertThat(Socketmap.ask(server, "sound.example"))
                    .isEqualTo("OK secure match=mx.sound.example servername=hostname");
            for (HttpsFault fault : CERTIFICATE_FAULTS) {
                assertThat(Socketmap.ask(server, nameOf(fault)))
                        .as(nameOf(fault))
                        .startsWith("NOTFOUND");
            }
            assertThat(Files.readString(err)).doesNotContain("restricted method");
            return said;
        } finally {
            process.destroy();
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("it ends").isTrue();
        }
    }

    private static Run java(Path place, List<String> words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(JAVA.toString()));
        words.forEach(
                word -> command.add(word.endsWith(".jar") ? place.resolve(word).toString() : word));
        return run(Map.of(), "", command);
    }

    @Test
    void theLauncherFindsJavaAndTheJar() throws IOException, InterruptedException {
        String home = System.getProperty("java.home");
        Run run = run(
                Map.of("JAVA_HOME", home, "MTA_STS_JAR", JAR.toString()),
                "",
                List.of("sh", LAUNCHER.toString(), "match", "mx.example.com", "MX.example.com"));
        assertThat(run.code()).as(run.toString()).isZero();
        assertThat(run.out()).startsWith("yes  mx.example.com");
        Run noJava = run(
                Map.of("JAVA_HOME", directory.toString(), "MTA_STS_JAR", JAR.toString()),
                "",
                List.of("sh", LAUNCHER.toString(), "--version"));
        assertThat(noJava.code()).isEqualTo(ExitCode.USAGE);
        assertThat(noJava.err()).startsWith("mta-sts: there is no Java in JAVA_HOME");
        Run noJar = run(
                Map.of("MTA_STS_JAR", directory.resolve("none").toString()),
                "",
                List.of("sh", LAUNCHER.toString(), "--version"));
        assertThat(noJar.err()).startsWith("mta-sts: there is no ");
    }

    @Test
    void theLauncherLetsJavaCompileWellWhatGoesOnForWeeks() throws IOException, InterruptedException {
        Path home =
                falseJava("says-how", "[ \"$1\" = -version ] && echo 'openjdk version \"17.0.1\"' >&2 || echo \"$*\"");
        Map<String, String> env = Map.of("JAVA_HOME", home.toString(), "MTA_STS_JAR", JAR.toString());

        assertThat(run(env, "", List.of("sh", LAUNCHER.toString(), "check", "serve.example"))
                        .out())
                .contains("TieredStopAtLevel=1")
                .endsWith(" check serve.example\n");
        assertThat(run(env, "", List.of("sh", LAUNCHER.toString(), "serve", "postfix"))
                        .out())
                .doesNotContain("TieredStopAtLevel")
                .endsWith(" serve postfix\n");
    }

    @Test
    void theLauncherTakesNamesOfAnyScriptInAnyLocale() throws IOException, InterruptedException {
        // In a file, because what this process can pass on as an argument depends on its own locale.
        Path script = Files.writeString(
                directory.resolve("typed"), "exec sh " + LAUNCHER + " match xn--fa-hia.de fa\u00df.de\n");
        Map<String, String> env = Map.of(
                "JAVA_HOME",
                System.getProperty("java.home"),
                "MTA_STS_JAR",
                JAR.toString(),
                "LC_ALL",
                "C",
                "LANG",
                "C");
        Run run = run(env, "", List.of("sh", script.toString()));
        assertThat(run.out()).isEqualTo("yes  xn--fa-hia.de  xn--fa-hia.de: it is the very name\n");
    }

    /** A JAVA_HOME with a shell script for its java. */
    private Path falseJava(String name, String script) throws IOException {
        Path home = directory.resolve(name);
        Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\n" + script + "\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        return home;
    }

    @Test
    void theLauncherRefusesAnOldJavaInPlainWords() throws IOException, InterruptedException {
        Path old = falseJava("old", "echo 'openjdk version \"11.0.2\" 2019-01-15' >&2");
        Run run = run(
                Map.of("JAVA_HOME", old.toString(), "MTA_STS_JAR", JAR.toString()),
                "",
                List.of("sh", LAUNCHER.toString(), "--version"));
        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.err()).startsWith("mta-sts: needs Java 17 or newer; ").contains("11.0.2");
    }

    @Test
    void isTheSameWhoeverBuildsIt() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            assertThat(jar.getManifest().getMainAttributes().getValue("Multi-Release"))
                    .isEqualTo("true");
            assertThat(jar.stream()
                            .filter(entry -> entry.getName().startsWith("io/github/mtasts4j/"))
                            .map(JarEntry::getTimeLocal)
                            .distinct())
                    .as("one time, that of the release and not of the build")
                    .hasSize(1);
            assertThat(jar.stream().map(JarEntry::getName))
                    .doesNotHaveDuplicates()
                    .noneMatch(name -> name.endsWith("module-info.class"))
                    .noneMatch(name -> name.endsWith(".SF"))
                    .noneMatch(name -> name.contains("/testkit/") || name.startsWith("org/bouncycastle"))
                    .contains(
                            "META-INF/services/java.sql.Driver",
                            "META-INF/licenses/com.ongres.scram/scram-client-3.2/META-INF/LICENSE",
                            "META-INF/services/org.slf4j.spi.SLF4JServiceProvider",
                            "META-INF/LICENSE",
                            "META-INF/THIRD-PARTY.txt");
            byte[] manifest =
                    jar.getInputStream(jar.getEntry("META-INF/MANIFEST.MF")).readAllBytes();
            assertThat(new String(manifest, StandardCharsets.UTF_8))
                    .doesNotContain(System.getProperty("user.name") + "\r");
        }
    }
}
