using Infrastructure;

namespace UnitTests.Support;

/// <summary>Whether a name in the environment, or of a file of credentials, means something to our programs.</summary>
internal static class KnownSettings
{
    private static readonly string[] Names = ["Urls", Credentials.Variable, "ASPNETCORE_HTTP_PORTS", "PGGSSENCMODE"];
    private static readonly string[] Families = ["OTEL_", "DOTNET_"];

    public static void AssertKnown(string name, string value = "")
    {
        if (!name.Contains("__", StringComparison.Ordinal))
        {
            Assert.True(Names.Contains(name) || Families.Any(family => name.StartsWith(family, StringComparison.Ordinal)), $"nobody reads {name}");
            return;
        }

        var setting = name.Replace("__", ":", StringComparison.Ordinal);
        if (setting is not (Settings.Broker or Settings.Database))
        {
            Assert.Empty(Settings.ErrorsOf($"{setting}={value}"));
        }
    }
}
