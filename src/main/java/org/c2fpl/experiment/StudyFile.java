package org.c2fpl.experiment;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.c2fpl.errors.DataException;
import org.c2fpl.errors.DidYouMean;
import org.c2fpl.errors.UsageException;
import org.c2fpl.formats.Utf8Text;
import org.c2fpl.workspace.Leaf;

/**
 * A study as read from its YAML file. The command line checks options and their values.
 *
 * @param text the content of the file
 */
public record StudyFile(Study study, String text) {
  private static final ObjectMapper YAML =
      new ObjectMapper(new YAMLFactory())
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** The most seeds, variants, and points of a grid; more would take years. */
  private static final int MOST = 10_000;

  private static final Pattern STUDY_NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");
  private static final Pattern VARIANT_NAME = Pattern.compile("[^|\"\\p{Cntrl}]{1,100}");
  private static final Pattern SCORE = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");
  private static final List<String> KEYS =
      List.of(
          "name", "title", "description", "seeds", "train_split", "test_split", "base", "variants");
  private static final List<String> VARIANT_KEYS =
      List.of("name", "set", "grid", "score", "paper", "paper_on");

  /**
   * Reads a study.
   *
   * @throws DataException if the file does not exist or is not a study
   */
  public static StudyFile read(Path file) {
    return read(file, Map.of());
  }

  /**
   * Reads a study.
   *
   * @param base options that override those of the study's base, and that the variants override
   */
  public static StudyFile read(Path file, Map<String, String> base) {
    try {
      String text =
          Utf8Text.read(Files.newInputStream(file), "study " + file, Utf8Text.LONGEST_SETTINGS);
      return new StudyFile(new Reader(file.toString(), base).study(text), text);
    } catch (NoSuchFileException e) {
      throw new DataException(
          "Cannot read study " + file + ": there is no such file. Check the path.", e);
    } catch (IOException e) {
      throw new DataException(
          "Cannot read study " + file + ": " + e.getMessage() + ". Give a readable YAML file.", e);
    }
  }

  /**
   * Parses a study.
   *
   * @param origin its name in messages
   */
  public static StudyFile parse(String text, String origin) {
    return new StudyFile(new Reader(origin, Map.of()).study(text), text);
  }

  private record Reader(String origin, Map<String, String> given) {
    Study study(String text) {
      JsonNode root;
      try {
        refuseAliases(text);
        root = YAML.readTree(text);
      } catch (JsonProcessingException e) {
        throw refused(
            "it is not YAML ("
                + e.getOriginalMessage().lines().findFirst().orElse("")
                + (e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr())
                + ")",
            "Correct it");
      }
      keys(root, "the study", KEYS);
      String name = matching(root, "name", STUDY_NAME, "lower-case letters, digits and dashes");
      if (name.equals(Steps.FOLDER)) {
        throw refused("its name is '" + name + "', which is taken", "Choose another");
      }
      Map<String, String> base = new TreeMap<>(options(root.path("base"), "base"));
      base.putAll(given);
      List<Study.Variant> variants = new ArrayList<>();
      JsonNode list = root.path("variants");
      if (!list.isArray() || list.isEmpty()) {
        throw refused("it has no list of variants", "Give at least one under 'variants'");
      }
      for (JsonNode each : list) {
        variants.addAll(variants(each, base));
        few(variants.size(), "variants");
      }
      TreeSet<String> names = new TreeSet<>();
      for (Study.Variant variant : variants) {
        if (!names.add(variant.name())) {
          throw refused("two variants are called '" + variant.name() + "'", "Rename one");
        }
      }
      return new Study(
          name,
          root.has("title") ? text(root, "title") : name,
          root.has("description") ? text(root, "description").strip() : "",
          seeds(root.path("seeds")),
          split(root, "train_split", "train"),
          split(root, "test_split", "test"),
          List.copyOf(variants));
    }

    /** Jackson would read {@code *name} as the text "name". */
    private void refuseAliases(String text) throws JsonProcessingException {
      try (YAMLParser parser = ((YAMLFactory) YAML.getFactory()).createParser(text)) {
        while (parser.nextToken() != null) {
          if (parser.isCurrentAlias()) {
            throw refused("it has an alias, *" + parser.getText(), "Write its value instead");
          }
        }
      } catch (JsonProcessingException e) {
        throw e;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private List<Long> seeds(JsonNode list) {
      if (!list.isArray() || list.isEmpty()) {
        throw refused("it has no seeds", "Give a list, for instance 'seeds: [0, 1, 2]'");
      }
      few(list.size(), "seeds");
      List<Long> seeds = new ArrayList<>();
      for (JsonNode seed : list) {
        if (!seed.isIntegralNumber() || !seed.canConvertToLong()) {
          throw refused("seed " + seed + " is not a whole number", "Give whole numbers");
        }
        if (seeds.contains(seed.longValue())) {
          throw refused("seed " + seed + " occurs twice", "Give each seed once");
        }
        seeds.add(seed.longValue());
      }
      return List.copyOf(seeds);
    }

    private String split(JsonNode root, String key, String otherwise) {
      String split = root.has(key) ? text(root, key) : otherwise;
      try {
        Leaf.checkName(key, split);
      } catch (UsageException e) {
        throw refused(key + " is '" + split + "'", "Name a split as for 'c2fpl ingest'");
      }
      return split;
    }

    /** One variant, or one for each point of its grid. */
    private List<Study.Variant> variants(JsonNode json, Map<String, String> base) {
      keys(json, "a variant", VARIANT_KEYS);
      String name = matching(json, "name", VARIANT_NAME, "text without '|' and quotes");
      String score =
          json.has("score")
              ? matching(json, "score", SCORE, "'detector' or a yardstick's name with dashes")
              : Study.DETECTOR;
      JsonNode paper = json.path("paper");
      if (!paper.isMissingNode() && !paper.isNumber()) {
        throw refused(
            "'paper' of variant '" + name + "' is " + paper, "Give an AUC in percent, as 80.65");
      }
      SortedMap<String, String> options = new TreeMap<>(base);
      options.putAll(options(json.path("set"), "'set' of variant '" + name + "'"));
      List<Study.Variant> variants = new ArrayList<>();
      for (Map<String, String> point : grid(json.path("grid"), name)) {
        SortedMap<String, String> all = new TreeMap<>(options);
        all.putAll(point);
        StringJoiner suffix = new StringJoiner(", ", " ", "").setEmptyValue("");
        point.forEach((option, value) -> suffix.add(option + "=" + value));
        variants.add(
            new Study.Variant(
                name + suffix,
                Collections.unmodifiableSortedMap(all),
                score,
                paper.isNumber() ? paper.doubleValue() : null,
                json.has("paper_on") ? text(json, "paper_on") : null));
      }
      return variants;
    }

    /** All combinations, the last option varying fastest; one empty combination without a grid. */
    private List<Map<String, String>> grid(JsonNode json, String variant) {
      List<Map<String, String>> points = List.of(Map.of());
      if (json.isMissingNode()) {
        return points;
      }
      if (!json.isObject() || json.isEmpty()) {
        throw refused("'grid' of variant '" + variant + "' is not a map", "Write 'eta: [0.5, 1]'");
      }
      for (Iterator<Map.Entry<String, JsonNode>> options = json.fields(); options.hasNext(); ) {
        Map.Entry<String, JsonNode> option = options.next();
        if (!option.getValue().isArray() || option.getValue().isEmpty()) {
          throw refused(
              "'grid' of variant '" + variant + "' has no list for " + option.getKey(),
              "Write 'eta: [0.5, 1]'");
        }
        few(
            (long) points.size() * option.getValue().size(),
            "points in 'grid' of variant '" + variant + "'");
        List<Map<String, String>> finer = new ArrayList<>();
        for (Map<String, String> point : points) {
          for (JsonNode value : option.getValue()) {
            Map<String, String> next = new LinkedHashMap<>(point);
            next.put(option.getKey(), value(value, option.getKey()));
            finer.add(next);
          }
        }
        points = finer;
      }
      return points;
    }

    private void few(long count, String what) {
      if (count > MOST) {
        throw refused(
            String.format(
                Locale.ROOT, "it has %,d %s, and at most %,d are taken", count, what, MOST),
            "Divide it into several studies");
      }
    }

    private Map<String, String> options(JsonNode json, String where) {
      Map<String, String> options = new TreeMap<>();
      if (json.isMissingNode() || json.isNull()) {
        return options;
      }
      if (!json.isObject()) {
        throw refused(where + " is not a map of options", "Write 'eta: 0.5', one option per line");
      }
      json.fields()
          .forEachRemaining(
              option -> options.put(option.getKey(), value(option.getValue(), option.getKey())));
      return options;
    }

    /** A value as on the command line; values of a list are separated by commas. */
    private String value(JsonNode value, String option) {
      if (value.isArray() && !value.isEmpty()) {
        StringJoiner joined = new StringJoiner(",");
        value.forEach(each -> joined.add(value(each, option)));
        return joined.toString();
      }
      if (!value.isValueNode() || value.isNull()) {
        throw refused(
            "option '" + option + "' is " + value, "Give it a number, a text, true or false");
      }
      return value.asText();
    }

    private void keys(JsonNode json, String what, List<String> known) {
      if (json == null || !json.isObject()) {
        throw refused(what + " is not a map", "Its keys are " + String.join(", ", known));
      }
      json.fieldNames()
          .forEachRemaining(
              key -> {
                if (!known.contains(key)) {
                  throw refused(
                      what + " has a key '" + key + "', which is unknown",
                      (DidYouMean.sentence(key, known) + " Its keys are ").stripLeading()
                          + String.join(", ", known));
                }
              });
    }

    private String matching(JsonNode json, String key, Pattern pattern, String form) {
      String value = json.has(key) ? text(json, key) : "";
      if (!pattern.matcher(value).matches()) {
        throw refused("a '" + key + "' is '" + value + "'", "Write " + form);
      }
      return value;
    }

    private String text(JsonNode json, String key) {
      JsonNode value = json.path(key);
      if (!value.isValueNode() || value.isNull()) {
        throw refused("'" + key + "' is " + value, "Give it a text");
      }
      return value.asText();
    }

    private DataException refused(String found, String whatToDo) {
      return new DataException(
          "Cannot read study " + origin + ": " + found + ". " + whatToDo + ".");
    }
  }
}
