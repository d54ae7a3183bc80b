namespace DevServers;

/// <summary>What to start, and how its life is bound to ours.</summary>
internal sealed record ChildCommand(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Added to our own environment; null removes a variable.</summary>
    public Dictionary<string, string?> Environment { get; init; } = [];

    public string? WorkingFolder { get; init; }

    /// <summary>File that receives the output, appended.</summary>
    public required string Output { get; init; }

    /// <summary>True leaves the error output on our own, so that progress is seen; otherwise it goes to <see cref="Output"/> too.</summary>
    public bool ErrorsToOurs { get; init; }

    /// <summary>User to run as; only root can ask for another one.</summary>
    public string? User { get; init; }

    /// <summary>Signal that the system sends when our process is gone, however it went.</summary>
    public string DeathSignal { get; init; } = "KILL";
}
