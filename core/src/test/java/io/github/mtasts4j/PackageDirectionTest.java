// SPDX-License-Identifier: Apache-2.0
package io.github.mtasts4j;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import io.github.mtasts4j.planted.policy.Violations;
import io.github.mtasts4j.planted.tls.Above;
import io.github.mtasts4j.policy.Policy;
import java.io.ObjectInputStream;
import java.net.IDN;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.Security;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The one direction of the packages and what none of them may call. Every rule is held against the library, and against
 * {@link Violations}, in which it has to find something; a rule that cannot fail proves nothing.
 */
class PackageDirectionTest {

    private static final String ROOT = "io.github.mtasts4j";
    private static final String PLANTED = "io.github.mtasts4j.planted";

    private static final JavaClasses LIBRARY = new ClassFileImporter().importPath(compiledLibrary());
    private static final JavaClasses VIOLATIONS = new ClassFileImporter().importClasses(Violations.class, Above.class);

    /** What the grammars, the matching and the decisions consist of: values in, values out. */
    private static final List<String> PURE = List.of("policy", "tls", "delivery", "report");

    /** What sees a stranger's text. */
    private static final List<String> HOSTILE_INPUT = List.of("policy", "tls", "discovery", "delivery", "jfr");

    /** Measures how long a server takes; what the handshake proves is decided without it. */
    private static final String HANDSHAKE_LIMIT = "io.github.mtasts4j.tls.HurriedSocket";

    private static final Map<Class<?>, Set<String>> CLOCKS = Map.of(
            System.class, Set.of("currentTimeMillis", "nanoTime"),
            Clock.class, Set.of("system", "systemUTC", "systemDefaultZone", "tickMillis", "tickSeconds", "tickMinutes"),
            Date.class, Set.of("<init>"),
            Instant.class, Set.of("now"),
            LocalDate.class, Set.of("now"),
            LocalDateTime.class, Set.of("now"),
            OffsetDateTime.class, Set.of("now"),
            ZonedDateTime.class, Set.of("now"));

    private static final Map<Class<?>, Set<String>> REGULAR_EXPRESSIONS =
            Map.of(String.class, Set.of("matches", "replaceAll", "replaceFirst", "split"));

    private static final Map<Class<?>, Set<String>> PROCESS_STATE = Map.of(
            System.class, Set.of("setProperty", "setProperties", "clearProperty", "exit"),
            Security.class, Set.of("setProperty", "addProvider", "insertProviderAt", "removeProvider"),
            Runtime.class, Set.of("addShutdownHook", "exit", "halt"));

    @Test
    void theRulesAreHeldAgainstTheLibraryAndNotAgainstTheTests() {
        assertThat(LIBRARY.contain(Policy.class)).isTrue();
        assertThat(LIBRARY.contain(PackageDirectionTest.class)).isFalse();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void theLibraryKeepsTo(Rule rule) {
        EvaluationResult result = rule.in(ROOT).evaluate(LIBRARY);

        assertThat(result.getFailureReport().getDetails()).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void aPlantedViolationIsFound(Rule rule) {
        List<String> found =
                rule.in(PLANTED).evaluate(VIOLATIONS).getFailureReport().getDetails();

        assertThat(found).hasSize(rule.planted()).allMatch(detail -> detail.contains("Violations"));
    }

    static Stream<Rule> rules() {
        return Stream.of(
                new Rule(
                        "one direction: root or jfr, report, delivery, discovery, tls, policy",
                        1,
                        PackageDirectionTest::oneDirection),
                new Rule(
                        "no clock in what decides",
                        4,
                        root -> noAccess(
                                root,
                                PURE,
                                access -> uses(access, CLOCKS)
                                        && !access.getOriginOwner()
                                                .getFullName()
                                                .startsWith(HANDSHAKE_LIMIT))),
                new Rule(
                        "no regular expression on a stranger's text",
                        1,
                        root -> noAccess(
                                root,
                                HOSTILE_INPUT,
                                access -> isOn(access, Pattern.class) || uses(access, REGULAR_EXPRESSIONS))),
                new Rule(
                        "no change to the process it is embedded in",
                        3,
                        root -> noAccess(root, List.of(), access -> uses(access, PROCESS_STATE))),
                new Rule("no IDNA2003", 1, root -> noAccess(root, List.of(), access -> isOn(access, IDN.class))),
                new Rule(
                        "no Java deserialization",
                        2,
                        root -> noAccess(root, List.of(), access -> isOn(access, ObjectInputStream.class))),
                new Rule("no mutable static state", 1, PackageDirectionTest::noMutableStatics));
    }

    /** An arrow may skip a package; none runs back. Packages may still be empty. */
    private static ArchRule oneDirection(String root) {
        return layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .withOptionalLayers(true)
                .layer("root")
                .definedBy(root)
                .layer("jfr")
                .definedBy(root + ".jfr..")
                .layer("report")
                .definedBy(root + ".report..")
                .layer("delivery")
                .definedBy(root + ".delivery..")
                .layer("discovery")
                .definedBy(root + ".discovery..")
                .layer("tls")
                .definedBy(root + ".tls..")
                .layer("policy")
                .definedBy(root + ".policy..")
                .whereLayer("policy")
                .mayNotAccessAnyLayer()
                .whereLayer("tls")
                .mayOnlyAccessLayers("policy")
                .whereLayer("discovery")
                .mayOnlyAccessLayers("tls", "policy")
                .whereLayer("delivery")
                .mayOnlyAccessLayers("discovery", "tls", "policy")
                .whereLayer("report")
                .mayOnlyAccessLayers("delivery", "discovery", "tls", "policy")
                .whereLayer("jfr")
                .mayOnlyAccessLayers("report", "delivery", "discovery", "tls", "policy")
                .whereLayer("jfr") // a runtime without jdk.jfr must not come across it
                .mayNotBeAccessedByAnyLayer();
    }

    /** Calls and method references alike. */
    private static ArchRule noAccess(String root, List<String> packages, Predicate<JavaAccess<?>> bad) {
        String[] where = packages.isEmpty()
                ? new String[] {root + ".."}
                : packages.stream().map(name -> root + "." + name + "..").toArray(String[]::new);
        return noClasses()
                .that()
                .resideInAnyPackage(where)
                .should()
                .accessTargetWhere(DescribedPredicate.describe("is forbidden here", bad))
                .allowEmptyShould(true);
    }

    private static ArchRule noMutableStatics(String root) {
        return noFields()
                .that()
                .areDeclaredInClassesThat()
                .resideInAPackage(root + "..")
                .and()
                .doNotHaveModifier(JavaModifier.SYNTHETIC)
                .and()
                .areNotFinal()
                .should()
                .beStatic()
                .allowEmptyShould(true);
    }

    private static boolean uses(JavaAccess<?> access, Map<Class<?>, Set<String>> members) {
        return members.entrySet().stream()
                .anyMatch(bad -> isOn(access, bad.getKey()) && bad.getValue().contains(access.getName()));
    }

    private static boolean isOn(JavaAccess<?> access, Class<?> type) {
        return access.getTargetOwner().isEquivalentTo(type);
    }

    /** Where this run has its classes; the tests, although patched into the module, stand elsewhere. */
    private static Path compiledLibrary() {
        try {
            return Path.of(Policy.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * A rule that can be held against any root package.
     *
     * @param planted how often {@link Violations} breaks it
     */
    record Rule(String name, int planted, Function<String, ArchRule> maker) {

        ArchRule in(String root) {
            return maker.apply(root);
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
