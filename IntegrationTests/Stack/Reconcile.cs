namespace IntegrationTests.Stack;

/// <summary><c>worker reconcile</c> as a user runs it.</summary>
internal static class Reconcile
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Ends with this exit code, and has said this.</summary>
    public static async Task SaysAsync(Pipeline pipeline, int expected, string said, params string[] arguments)
    {
        await using var command = WorkerProcess.Start(["reconcile", .. arguments, .. pipeline.Settings()]);
        var code = await command.ExitAsync(Patience);
        Assert.True(code == expected && command.Output.Contains(said), $"exit code {code}; {command.Output}");
    }
}
