using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using DevServers;
using Infrastructure;
using Infrastructure.RabbitMq;
using UnitTests.Support;
using Worker.Operations.Settings;

namespace UnitTests.Operations;

/// <summary>The tables of docs/configuration.md are made here. <c>UPDATE_DOCS=1</c> in the environment writes them.</summary>
public sealed partial class ConfigurationPageTests
{
    private const string Begin = "<!-- settings -->";
    private const string End = "<!-- end of settings -->";

    private static readonly string Page = Path.Combine(Repository.Root!, "docs", "configuration.md");

    [Fact]
    public void The_page_lists_every_setting_as_its_class_describes_it()
    {
        var page = File.ReadAllText(Page);
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, page.IndexOf(End, StringComparison.Ordinal));
        var tables = Tables();
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            File.WriteAllText(Page, page[..begin] + tables + page[end..]);
            return;
        }

        Assert.Equal(tables, page[begin..end]);
    }

    [Fact]
    public void Every_setting_with_a_range_has_its_default_within_it() => Assert.All(
        SettingsCatalogue.All.Where(setting => RangeOf(setting) is not null),
        setting => Assert.InRange(int.Parse(setting.Default, CultureInfo.InvariantCulture), RangeOf(setting)!.Minimum, RangeOf(setting)!.Maximum));

    [Fact]
    public void A_range_names_the_setting_that_it_belongs_to() => Assert.All(
        SettingsCatalogue.All.Where(setting => RangeOf(setting) is not null),
        setting => Assert.Equal(setting.Key, RangeOf(setting)!.Setting));

    private static string Tables()
    {
        var text = new StringBuilder("\n");
        Table(text, "The worker", SettingsCatalogue.All);
        Table(text, "A program that publishes with `IOrderPublisher`", typeof(OrderPublisherOptions)
            .GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite)
            .Select(property => new Setting(
                $"{OrderPublisherOptions.Section}:{property.Name}",
                Convert.ToString(property.GetValue(new OrderPublisherOptions()), CultureInfo.InvariantCulture)!,
                property)));
        return text.ToString();
    }

    private static void Table(StringBuilder text, string title, IEnumerable<Setting> settings)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n| setting | environment | default | range | unit | effect |\n|---|---|---|---|---|---|\n");
        foreach (var setting in settings)
        {
            var range = RangeOf(setting) is { } limits ? string.Create(CultureInfo.InvariantCulture, $"{limits.Minimum:N0} to {limits.Maximum:N0}") : "";
            text.Append(CultureInfo.InvariantCulture,
                $"| `{setting.Key}` | `{setting.Environment}` | {Code(setting.Default)} | {range} | {UnitOf(setting.Key)} | {EffectOf(setting)} |\n");
        }

        text.Append('\n');
    }

    private static string Code(string value) => value.Length == 0 ? "none" : $"`{value}`";

    private static SettingRangeAttribute? RangeOf(Setting setting) => setting.Property?.GetCustomAttribute<SettingRangeAttribute>();

    private static string UnitOf(string key) => key switch
    {
        _ when key.EndsWith("Milliseconds", StringComparison.Ordinal) => "ms",
        _ when key.EndsWith("Seconds", StringComparison.Ordinal) => "s",
        _ when key.EndsWith("Bytes", StringComparison.Ordinal) => "bytes",
        "Intake:Lanes" => "lanes",
        "Intake:MaxBatch" or "Intake:Prefetch" => "messages",
        _ => "",
    };

    private static string EffectOf(Setting setting)
    {
        const string Habit = "Gets or sets ";
        if (setting.Property is not { } property)
        {
            return "Where health, status and whatever else the worker serves are to be found.";
        }

        var summary = XmlDocs.Of(property, "summary");
        var effect = summary.StartsWith(Habit, StringComparison.Ordinal) ? char.ToUpperInvariant(summary[Habit.Length]) + summary[(Habit.Length + 1)..] : summary;

        // The default and the range have columns of their own; what is said besides belongs to the effect.
        var besides = XmlDocs.Of(property, "value").Split(". ").Where(sentence =>
            !sentence.StartsWith("The default is", StringComparison.Ordinal) && !sentence.StartsWith("There is no default", StringComparison.Ordinal));
        var more = RangeText().Replace(string.Join(". ", besides), "");
        return $"{effect} {Capital(more)}".Trim();
    }

    private static string Capital(string text) => text.Length == 0 ? "" : char.ToUpperInvariant(text[0]) + text[1..];

    [GeneratedRegex(@"^The range is [\d,]+( [KM]iB)? to [\d,]+( [KM]iB)?[.,:;]?\s*(and )?")]
    private static partial Regex RangeText();
}
