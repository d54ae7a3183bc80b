using System.Globalization;
using System.Reflection;
using Infrastructure.Postgres;
using Infrastructure.RabbitMq;
using Worker.Intake;

namespace Worker.Operations.Settings;

/// <summary>All settings of the worker, read from the classes that they are bound to, so that the list cannot be out of date.</summary>
internal static class SettingsCatalogue
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        ConnectionString(new RabbitMqOptions(), RabbitMqOptions.ConnectionStringName),
        ConnectionString(new PostgresOptions(), PostgresOptions.ConnectionStringName),
        .. Section(RabbitMqOptions.Section, new RabbitMqOptions()),
        .. Section(PostgresOptions.Section, new PostgresOptions()),
        .. Section(IntakeOptions.Section, new IntakeOptions()),
        .. Section(ManagementOptions.Section, new ManagementOptions()),
        new Setting("Urls", WorkerHost.DefaultUrls, Property: null),
    ];

    // Bound by name and not with its section.
    private static Setting ConnectionString(object options, string name) =>
        new($"ConnectionStrings:{name}", "", options.GetType().GetProperty("ConnectionString"));

    private static IEnumerable<Setting> Section(string section, object defaults) => defaults.GetType()
        .GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.CanWrite && property.Name != "ConnectionString")
        .Select(property => new Setting(
            $"{section}:{property.Name}", Convert.ToString(property.GetValue(defaults), CultureInfo.InvariantCulture) ?? "", property));
}
