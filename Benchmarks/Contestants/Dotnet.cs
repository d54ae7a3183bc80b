using System.Diagnostics;
using DevServers;

namespace Benchmarks.Contestants;

/// <summary>The runtime that contestants are started with: the one that runs this program, whatever else PATH holds.</summary>
internal static class Dotnet
{
    public static string Path { get; } = System.IO.Path.GetFileName(Environment.ProcessPath) == "dotnet"
        ? Environment.ProcessPath!
        : Executables.Find("dotnet") ?? "dotnet";

    /// <summary>What starts a program, whether it is an assembly or an executable.</summary>
    public static ProcessStartInfo StartInfo(string program, IEnumerable<string> arguments) => program.EndsWith(".dll", StringComparison.Ordinal)
        ? new ProcessStartInfo(Path, [program, .. arguments])
        : new ProcessStartInfo(program, arguments);
}
