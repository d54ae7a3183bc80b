using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using DevServers;

namespace UnitTests.Dependencies;

/// <summary>
/// No package drifts: what is pinned is exact, what is restored is what is pinned, and what belongs together has one version.
/// </summary>
public sealed partial class PackageVersionsTests
{
    private const string MassTransit = "MassTransit.RabbitMQ";

    private static readonly string Root = Repository.Root!;

    private static readonly Dictionary<string, string> Pinned = XDocument.Load(Path.Combine(Root, "Directory.Packages.props"))
        .Descendants("PackageVersion")
        .ToDictionary(package => package.Attribute("Include")!.Value, package => package.Attribute("Version")!.Value, StringComparer.OrdinalIgnoreCase);

    [Fact]
    public void Every_version_is_exact_except_the_range_of_MassTransit() => Assert.All(
        Pinned.Where(package => package.Key != MassTransit),
        package => Assert.True(Exact().IsMatch(package.Value), $"{package.Key} is pinned to {package.Value}"));

    [Fact]
    public void The_range_of_MassTransit_ends_before_the_commercial_version()
    {
        var range = Range().Match(Pinned[MassTransit]);

        Assert.True(range.Success, $"{Pinned[MassTransit]} is no range [lowest,highest)");
        Assert.True(Version.Parse(range.Groups["highest"].Value) <= new Version(9, 0, 0), $"{Pinned[MassTransit]} reaches into 9");
    }

    [Fact]
    public void Every_project_is_restored_with_the_pinned_versions()
    {
        var resolved = Resolved().ToList();

        Assert.Contains(resolved, package => package.Id == MassTransit);
        Assert.All(resolved.Where(package => Pinned.ContainsKey(package.Id)), package => Assert.True(
            package.Version == Lowest(package.Id), $"{package.Project} has {package.Id} {package.Version}, pinned is {Pinned[package.Id]}"));
    }

    [Fact]
    public void Packages_that_are_released_together_have_one_version()
    {
        foreach (var family in new[] { "OpenTelemetry", "Testcontainers" })
        {
            Assert.Single(Pinned.Where(package => package.Key == family || package.Key.StartsWith($"{family}.", StringComparison.Ordinal))
                .Select(package => package.Value).Distinct());
        }

        Assert.Equal(Pinned["Microsoft.EntityFrameworkCore.Design"], EfCore());
    }

    [Fact]
    public void The_tool_that_makes_migrations_is_of_EF_Cores_major_version()
    {
        using var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root, ".config", "dotnet-tools.json")));
        var tool = manifest.RootElement.GetProperty("tools").GetProperty("dotnet-ef").GetProperty("version").GetString()!;

        Assert.Equal(Version.Parse(EfCore()).Major, Version.Parse(tool).Major);
    }

    [Fact]
    public void Documents_name_the_versions_that_are_pinned()
    {
        string[] files =
        [
            Path.Combine(Root, "README.md"), Path.Combine(Root, "CONTRIBUTING.md"), Path.Combine(Root, "Benchmarks", "Peers", "README.md"),
            .. Directory.EnumerateFiles(Path.Combine(Root, "deploy"), "*", SearchOption.AllDirectories),
            .. Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.TopDirectoryOnly),
        ];

        foreach (var file in files)
        {
            foreach (Match named in Named().Matches(File.ReadAllText(file)))
            {
                var id = named.Groups["id"].Value == "MassTransit" ? MassTransit : named.Groups["id"].Value;
                if (Pinned.ContainsKey(id))
                {
                    var version = named.Groups["version"].Value;
                    Assert.True($"{Lowest(id)}.".StartsWith($"{version}.", StringComparison.Ordinal), $"{file} says {named.Value}, pinned is {Pinned[id]}");
                }
            }
        }
    }

    private static string Lowest(string id) => Range().Match(Pinned[id]) is { Success: true } range ? range.Groups["lowest"].Value : Pinned[id];

    private static string EfCore() => Assert.Single(
        Resolved().Where(package => package.Id == "Microsoft.EntityFrameworkCore.Relational").Select(package => package.Version).Distinct());

    private static IEnumerable<(string Project, string Id, string Version)> Resolved()
    {
        var projects = Solution().Matches(File.ReadAllText(Path.Combine(Root, "Workers.sln")));
        foreach (var project in projects.Select(project => project.Groups["path"].Value.Replace('\\', '/')))
        {
            var assets = Path.Combine(Root, Path.GetDirectoryName(project)!, "obj", "project.assets.json");
            if (!File.Exists(assets))
            {
                // Only this project was built, and what it builds on.
                continue;
            }

            using var document = JsonDocument.Parse(File.ReadAllText(assets));
            foreach (var library in document.RootElement.GetProperty("libraries").EnumerateObject())
            {
                if (library.Value.GetProperty("type").GetString() == "package")
                {
                    var parts = library.Name.Split('/');
                    yield return (project, parts[0], parts[1]);
                }
            }
        }
    }

    [GeneratedRegex(@"\A\d+(\.\d+)+\z")]
    private static partial Regex Exact();

    [GeneratedRegex(@"\A\[(?<lowest>\d+(\.\d+)+),(?<highest>\d+(\.\d+)+)\)\z")]
    private static partial Regex Range();

    [GeneratedRegex(@"\b(?<id>[A-Z][A-Za-z]+(\.[A-Z][A-Za-z0-9]+)*) (?<version>\d+(\.\d+)+)\b")]
    private static partial Regex Named();

    [GeneratedRegex(@"""(?<path>[^""]+\.csproj)""")]
    private static partial Regex Solution();
}
