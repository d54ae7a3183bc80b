namespace DevServers.Demo;

/// <summary>Starts the other programs of the repository the way a user would: as processes, with the stack's connection strings.</summary>
internal sealed class Programs(DevStack stack)
{
    private static readonly string Dotnet = FindDotnet();

    public static string WorkerPath { get; } = Locate("Worker", "WORKER_DLL");

    public static string ProducerPath { get; } = Locate("Producer", "PRODUCER_DLL");

    public ChildProcess StartWorker(string logName, string command, Dictionary<string, string?>? environment = null) =>
        StartWorker(logName, [command], environment);

    public ChildProcess StartWorker(string logName, IReadOnlyList<string> arguments, Dictionary<string, string?>? environment = null)
    {
        return Start(WorkerPath, arguments, Path.Combine(stack.Folder, logName), errorsToOurs: false, environment);
    }

    /// <summary>Runs <c>worker migrate</c> to its end.</summary>
    /// <exception cref="DevServersException">It failed.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        var migrate = StartWorker("migrate.log", "migrate");
        try
        {
            await migrate.Exited.WaitAsync(cancellationToken);
        }
        finally
        {
            await migrate.StopAsync();
        }

        if (migrate.ExitCode != 0)
        {
            throw new DevServersException(
                $"`worker migrate` ended with exit code {migrate.ExitCode}. "
                + $"Its log is {migrate.Output} and ends with:\n{migrate.LastLines()}");
        }
    }

    public ChildProcess StartProducer(
        string outputName, IReadOnlyList<string> arguments, bool errorsToOurs = true, Dictionary<string, string?>? environment = null)
    {
        return Start(ProducerPath, arguments, Path.Combine(stack.Folder, outputName), errorsToOurs, environment);
    }

    private static string Locate(string name, string variable)
    {
        if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } path)
        {
            return path;
        }

        return Path.Combine(Repository.Root ?? AppContext.BaseDirectory, name, "bin", "Release", "net10.0", name + ".dll");
    }

    private static string FindDotnet()
    {
        // The one that runs this program also runs the others; PATH may hold another or none.
        return Path.GetFileName(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : Executables.Find("dotnet") ?? "dotnet";
    }

    private ChildProcess Start(
        string path, IReadOnlyList<string> arguments, string output, bool errorsToOurs, Dictionary<string, string?>? environment)
    {
        if (!File.Exists(path))
        {
            throw new DevServersException(
                $"{path} is not there. Build it first: dotnet build -c Release, or start the demo with ./run demo.");
        }

        var all = new Dictionary<string, string?>(environment ?? []);
        all.TryAdd(ServerFinder.RabbitVariable, stack.Rabbit.ConnectionString);
        all.TryAdd(ServerFinder.PostgresVariable, stack.Postgres.ConnectionString);
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT")))
        {
            all["DOTNET_ENVIRONMENT"] = "Development";
        }

        return ChildProcess.Start(new ChildCommand(Dotnet, [path, .. arguments])
        {
            Output = output,
            ErrorsToOurs = errorsToOurs,
            Environment = all,
        });
    }
}
