using System.Text.RegularExpressions;
using System.Xml.Linq;
using UnitTests.Support;
using Worker.Operations;

namespace UnitTests.Deploy;

/// <summary>What the images are built from, and what they set.</summary>
public sealed partial class ImageTests
{
    private const string Dockerfile = "deploy/docker/Dockerfile";

    [Theory]
    [InlineData("Worker")]
    [InlineData("Producer")]
    public void Every_project_that_a_program_refers_to_is_copied_and_not_ignored(string program)
    {
        var copied = Lines("COPY").SelectMany(line => line.Split(' ')[..^1]).ToHashSet();
        var ignored = DeployFiles.Text(".dockerignore").Split('\n');

        Assert.All(ProjectsOf(program), project =>
        {
            Assert.Contains(project, copied);
            Assert.Contains($"{project}/{project}.csproj", copied);
            Assert.Contains("!" + project, ignored);
        });
    }

    [Fact]
    public void Whatever_else_decides_about_packages_is_copied_and_not_ignored()
    {
        var ignored = DeployFiles.Text(".dockerignore").Split('\n');
        var first = Lines("COPY")[0].Split(' ')[..^1];

        Assert.Equal(["global.json", "Directory.Build.props", "Directory.Packages.props"], first);
        Assert.All(first, file => Assert.True(DeployFiles.Exists(file) && ignored.Contains("!" + file), file));
        Assert.False(DeployFiles.Exists("NuGet.config") || DeployFiles.Exists("Directory.Build.targets"), "a file that the images are built without");
    }

    [Fact]
    public void The_environment_is_one_that_the_programs_know()
    {
        var settings = Lines("ENV").SelectMany(line => line.Split(' ')).Select(setting => setting.Split('=', 2)).ToList();

        Assert.NotEmpty(settings);
        Assert.All(settings, setting => KnownSettings.AssertKnown(setting[0], setting[1]));
        Assert.Equal("http://127.0.0.1:8080", WorkerHost.ManagementAddress([$"Urls={settings.Single(setting => setting[0] == "Urls")[1]}"]));
    }

    [Fact]
    public void Published_by_the_SDK_or_built_from_the_file_they_are_the_same()
    {
        var properties = Properties("Worker/Worker.csproj");

        // The SDK's own choice would be `dotnet /app/Worker.dll`, and nothing to do.
        Assert.Equal($"[\"{Included(properties["ContainerDefaultArgs"].Single())}\"]", Lines("CMD").Single());
        Assert.Equal(
            Lines("ENTRYPOINT").Order(),
            new[] { Properties("Producer/Producer.csproj"), properties }.Select(each => $"[\"{Included(each["ContainerAppCommand"].Single())}\"]").Order());
        Assert.Equal("orders-worker", properties["ContainerRepository"].Single().Value);
        Assert.EndsWith("-" + properties["ContainerFamily"].Single().Value, Lines("FROM").Single(line => line.Contains("/aspnet:")).Split(' ')[0]);
        var environment = properties["ContainerEnvironmentVariable"].Select(each => $"{Included(each)}={each.Attribute("Value")!.Value}");
        Assert.Equal(Lines("ENV").SelectMany(line => line.Split(' ')).Order(), environment.Order());
    }

    private static ILookup<string, XElement> Properties(string project) =>
        XDocument.Parse(DeployFiles.Text(project)).Descendants().ToLookup(element => element.Name.LocalName);

    private static string Included(XElement item) => item.Attribute("Include")!.Value;

    // Instructions of a kind without the word itself.
    private static string[] Lines(string instruction) =>
    [
        .. DeployFiles.Text(Dockerfile).Split('\n')
            .Where(line => line.StartsWith(instruction + " ", StringComparison.Ordinal) && !line.Contains("--from=", StringComparison.Ordinal))
            .Select(line => Flags().Replace(line[(instruction.Length + 1)..], "")),
    ];

    private static HashSet<string> ProjectsOf(string project)
    {
        var references = XDocument.Parse(DeployFiles.Text($"{project}/{project}.csproj")).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value));
        return [project, .. references.SelectMany(ProjectsOf)];
    }

    [GeneratedRegex("^(--[a-z]+=[^ ]+ )+")]
    private static partial Regex Flags();
}
