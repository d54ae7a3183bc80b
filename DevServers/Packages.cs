namespace DevServers;

/// <summary>The programs of the system's packages.</summary>
internal sealed record Packages(string RabbitServer, string PortMapper, string InitDb, string Postgres)
{
    public const string HowToInstall =
        "Debian, Ubuntu: apt-get install rabbitmq-server postgresql. Fedora: dnf install rabbitmq-server postgresql-server. "
        + "macOS: brew install rabbitmq postgresql.";

    /// <summary>What controls a node. It comes with the server, and like it in a folder where nothing is wrapped around it.</summary>
    public string RabbitControl => Path.Combine(Path.GetDirectoryName(RabbitServer)!, "rabbitmqctl");

    /// <summary>What copies a running cluster. It comes with the server.</summary>
    public string BaseBackup => Path.Combine(Path.GetDirectoryName(Postgres)!, "pg_basebackup");

    /// <summary>Null when something is missing; <paramref name="missing"/> then says what.</summary>
    public static Packages? Find(out string missing)
    {
        // Debian's /usr/sbin/rabbitmq-server changes the user and the folder; the script it wraps does neither.
        var rabbit = Executables.FindIn(["/usr/lib/rabbitmq/bin"], "rabbitmq-server") ?? Executables.Find("rabbitmq-server");
        var mapper = FindPortMapper();
        var bin = FindPostgresFolder();

        var lacking = new List<string>();
        if (rabbit is null)
        {
            lacking.Add("rabbitmq-server");
        }
        else if (mapper is null)
        {
            lacking.Add("epmd (part of Erlang)");
        }

        if (bin is null)
        {
            lacking.Add("PostgreSQL's initdb and postgres");
        }

        missing = string.Join(" and ", lacking);
        return lacking.Count > 0
            ? null
            : new Packages(rabbit!, mapper!, Path.Combine(bin!, "initdb"), Path.Combine(bin!, "postgres"));
    }

    private static string? FindPortMapper()
    {
        if (Executables.Find("epmd") is { } found)
        {
            return found;
        }

        // Some packages put only erl on PATH, as a link into the folder where the rest is.
        return Executables.Find("erl") is { } erl && File.ResolveLinkTarget(erl, returnFinalTarget: true) is { } target
            ? Executables.FindIn([Path.GetDirectoryName(target.FullName)!], "epmd")
            : null;
    }

    private static string? FindPostgresFolder()
    {
        // Debian keeps each major version in a folder of its own and none of them on PATH.
        const string Versions = "/usr/lib/postgresql";
        var folders = Directory.Exists(Versions)
            ? Directory.GetDirectories(Versions)
                .OrderByDescending(folder => double.TryParse(Path.GetFileName(folder), out var version) ? version : 0)
                .Select(folder => Path.Combine(folder, "bin"))
            : [];
        var onPath = Executables.Find("postgres") is { } postgres ? [Path.GetDirectoryName(postgres)!] : Array.Empty<string>();

        return folders.Concat(onPath)
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")));
    }
}
