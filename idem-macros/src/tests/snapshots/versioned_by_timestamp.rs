#[automatically_derived]
impl ::idem_diesel::HasVersion for Product {
    type Version = chrono::DateTime<Utc>;
    #[allow(clippy::misnamed_getters)]
    fn version(&self) -> &chrono::DateTime<Utc> {
        &self.updated_at
    }
}
#[automatically_derived]
impl ::idem_diesel::Versioned for Product {
    type VersionColumn = products::updated_at;
    type VersionSql = ::idem_diesel::__private::SqlTypeOf<Self::VersionColumn>;
    const VERSION: ::idem_diesel::__private::VersionColumn = ::idem_diesel::__private::timestamp::<
        Self::Version,
        Self::VersionColumn,
    >();
    fn table_names() -> ::std::vec::Vec<::std::string::String> {
        ::idem_diesel::__private::table_names::<products::table>()
    }
    fn facts() -> ::idem_diesel::__private::Facts<Self> {
        #[allow(unused_imports)]
        use ::idem_diesel::__private::NotDerived as _;
        let probe = ::idem_diesel::__private::Probe::<Self>::new();
        ::idem_diesel::__private::Facts::new(probe.idem_version(), probe.idem_deletion())
    }
}
