using Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace UnitTests;

public sealed class CredentialsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("orders-credentials-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_file_is_a_setting_and_the_newline_at_its_end_does_not_count()
    {
        Write("ConnectionStrings__Orders", "Host=db;Password=a b\n");
        Write("Intake__Lanes", "3");

        var configuration = Read();

        Assert.Equal("Host=db;Password=a b", configuration.GetConnectionString("Orders"));
        Assert.Equal("3", configuration["Intake:Lanes"]);
    }

    [Fact]
    public void Files_win_over_what_was_there_before_and_lose_against_what_comes_later()
    {
        Write("earlier", "file");
        Write("later", "file");

        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("earlier", "memory")])
            .AddCredentials(_folder.FullName)
            .AddInMemoryCollection([new("later", "memory")])
            .Build();

        Assert.Equal(("file", "memory"), (configuration["earlier"], configuration["later"]));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Without_a_folder_there_are_none(string? folder) => Assert.Empty(new ConfigurationBuilder().AddCredentials(folder).Sources);

    [Fact]
    public void A_folder_that_is_not_there_is_a_wrong_setting_that_is_named()
    {
        var missing = Path.Combine(_folder.FullName, "missing");

        var wrong = Assert.Throws<OptionsValidationException>(() => new ConfigurationManager().AddCredentials(missing));

        Assert.StartsWith($"CREDENTIALS_DIRECTORY is '{missing}', which cannot be read: ", wrong.Failures.Single(), StringComparison.Ordinal);
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder.FullName, name), text);

    private IConfigurationRoot Read() => new ConfigurationBuilder().AddCredentials(_folder.FullName).Build();
}
