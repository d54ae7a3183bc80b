namespace DevServers;

internal sealed record DockerResult(int ExitCode, string Output, string Errors)
{
    public string LastLine => Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault()
        ?? $"exit code {ExitCode}";
}
