namespace DevServers;

/// <summary>A server that the environment named. It is used, never started, stopped or harmed.</summary>
internal sealed class ExternalServer(string name, string connectionString) : DevServer
{
    public override string Name => name;

    public override string ConnectionString => connectionString;

    public override string Log => $"{name} was named by the environment; its log is where it runs";

    public override int Pid => throw NotOurs("its process id is not known");

    public override Task KillAsync(CancellationToken cancellationToken = default)
    {
        throw NotOurs("it must not be killed");
    }

    public override Task StopAsync(CancellationToken cancellationToken = default)
    {
        throw NotOurs("it must not be stopped");
    }

    public override Task StartAgainAsync(CancellationToken cancellationToken = default)
    {
        throw NotOurs("it cannot be started");
    }

    public override void Pause()
    {
        throw NotOurs("it must not be paused");
    }

    public override void Resume()
    {
        throw NotOurs("it cannot be resumed");
    }

    internal override Task RemoveAsync()
    {
        return Task.CompletedTask;
    }

    internal override void RemoveNow()
    {
    }

    private InvalidOperationException NotOurs(string consequence)
    {
        return new InvalidOperationException(
            $"{name} comes from the environment, so {consequence}. "
            + $"Set {nameof(DevStackOptions)}.{nameof(DevStackOptions.LookAtEnvironment)} to false for a private one.");
    }
}
