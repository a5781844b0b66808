"""The same users as `Member` in `users.rs`, as a Django model."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models


class Member(AbstractBaseUser, PermissionsMixin):
    handle = models.CharField(max_length=40, primary_key=True)
    address = models.EmailField(unique=True, db_column="mail")
    password = models.CharField(max_length=128, db_column="secret")
    last_login = models.DateTimeField(null=True, db_column="seen")
    is_superuser = models.BooleanField(default=False, db_column="order")
    score = models.FloatField()
    visits = models.BigIntegerField()
    age = models.IntegerField(null=True)
    picture = models.BinaryField()
    note = models.TextField(null=True)
    nickname = models.CharField(max_length=20, unique=True, null=True)

    objects = BaseUserManager()
    USERNAME_FIELD = "address"

    class Meta:
        db_table = "people"
